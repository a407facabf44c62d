package openapi_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/openapi"
)

// discriminated has every form in which authors write discriminators.
const discriminated = `
    Bike: {type: object, required: [wheels], properties: {gear: {type: string}, wheels: {type: integer}}}
    Boat: {type: object, required: [sails], properties: {gear: {type: string}, sails: {type: integer}, wheels: {type: integer}}}
    Implicit: {oneOf: [{$ref: '#/components/schemas/Bike'}, {$ref: '#/components/schemas/Boat'}], discriminator: {propertyName: gear}}
    Mapped:
      anyOf: [{$ref: '#/components/schemas/Bike'}, {$ref: '#/components/schemas/Boat'}]
      discriminator: {propertyName: gear, mapping: {pedal: Bike, tandem: '#/components/schemas/Bike', wind: '#/components/schemas/Boat'}}
    MaybeNull:
      nullable: true
      oneOf: [{$ref: '#/components/schemas/Bike'}, {$ref: '#/components/schemas/Boat'}]
      discriminator: {propertyName: gear}
    Cash: {type: object, required: [how, coins], properties: {how: {type: string, enum: [cash]}, coins: {type: integer}}}
    Card: {type: object, required: [how, digits], properties: {how: {type: string, enum: [credit, debit]}, digits: {type: string}}}
    Listed: {oneOf: [{$ref: '#/components/schemas/Cash'}, {$ref: '#/components/schemas/Card'}], discriminator: {propertyName: how}}
    Outer:
      oneOf: [{$ref: '#/components/schemas/Listed'}, {$ref: '#/components/schemas/Barter'}]
      discriminator: {propertyName: how, mapping: {cash: Cash, credit: Card, goods: Barter}}
    Barter: {type: object, required: [how], properties: {how: {type: string}, sack: {type: string}}}
    Shape: {type: object, required: [form], properties: {form: {type: string}, area: {type: number}}, discriminator: {propertyName: form, mapping: {round: '#/components/schemas/Disc'}}}
    Disc: {allOf: [{$ref: '#/components/schemas/Shape'}, {type: object, required: [radius], properties: {radius: {type: number}}}]}
    Ring: {allOf: [{$ref: '#/components/schemas/Disc'}, {type: object, required: [hole], properties: {hole: {type: number}}}]}
    Either: {oneOf: [{$ref: '#/components/schemas/Disc'}, {$ref: '#/components/schemas/Ring'}]}
    Holder: {type: object, properties: {shape: {nullable: true, allOf: [{$ref: '#/components/schemas/Shape'}]}}}
    Event: {type: object, required: [topic], properties: {topic: {type: string}}, oneOf: [{$ref: '#/components/schemas/Call'}, {$ref: '#/components/schemas/Mail'}], discriminator: {propertyName: topic}}
    Call: {allOf: [{$ref: '#/components/schemas/Event'}, {type: object, required: [number], properties: {number: {type: string}}}]}
    Mail: {allOf: [{$ref: '#/components/schemas/Event'}, {type: object, required: [address], properties: {address: {type: string}}}]}
    Lonely: {type: object, properties: {sort: {type: string}}, discriminator: {propertyName: sort}}
    Sensor: {type: object, required: [unit], properties: {unit: {type: string, enum: [heat_probe, SCALE, other]}}, discriminator: {propertyName: unit}}
    HeatProbe: {allOf: [{$ref: '#/components/schemas/Sensor'}, {type: object, required: [celsius], properties: {celsius: {type: number}}}]}
    Scale: {allOf: [{$ref: '#/components/schemas/Sensor'}, {type: object, required: [grams], properties: {grams: {type: number}}}]}
`

// TestDiscriminatorDecides: the named schema counts, and no other one.
func TestDiscriminatorDecides(t *testing.T) {
	t.Parallel()
	docs := map[string]*openapi.Document{
		"3.0": load(t, schemaDocument("3.0.3", discriminated)),
		"3.1": load(t, schemaDocument("3.1.0", strings.NewReplacer(
			"      nullable: true\n      oneOf: [", "      oneOf: [{type: 'null'}, ",
			"{nullable: true, allOf: [{$ref: '#/components/schemas/Shape'}]}",
			"{anyOf: [{type: 'null'}, {$ref: '#/components/schemas/Shape'}]}").Replace(discriminated))),
	}
	for _, c := range []struct{ schema, text, want string }{
		{"Implicit", `{"gear":"Boat","sails":2,"wheels":0}`, ""}, // fits Bike, too
		{"Implicit", `{"gear":"Bike","sails":2}`, "required /wheels"},
		{"Implicit", `{"gear":"boat","sails":2}`, "enum /gear"},
		{"Implicit", `{"sails":2,"wheels":0}`, "required /gear"},
		{"Mapped", `{"gear":"wind","wheels":2}`, "required /sails"},
		{"Mapped", `{"gear":"tandem","wheels":2}`, ""},
		{"Mapped", `{"gear":"Bike","wheels":2}`, "enum /gear"},
		{"MaybeNull", `null`, ""},
		{"MaybeNull", `{"gear":"Boat","sails":2,"wheels":0}`, ""},
		{"MaybeNull", `{"gear":"Raft","sails":2}`, "enum /gear"},
		{"Listed", `{"how":"debit","digits":"4"}`, ""},
		{"Listed", `{"how":"cash","digits":"4"}`, "required /coins"},
		{"Listed", `{"how":"Card","digits":"4"}`, "enum /how"},
		{"Outer", `{"how":"goods"}`, ""},
		{"Outer", `{"how":"cash"}`, "required /coins"},
		{"Outer", `{"how":"shells"}`, "enum /how"},
		{"Shape", `{"form":"round","radius":1}`, ""},
		{"Shape", `{"form":"round"}`, "required /radius"},
		{"Shape", `{"form":"Ring","radius":2}`, "required /hole"},
		{"Shape", `{"form":"square"}`, "enum /form"},
		{"Shape", `{"radius":1}`, "required /form"},
		{"Either", `{"form":"round","radius":1,"hole":1}`, ""},
		{"Either", `{"form":"Ring","radius":1}`, "required /hole"},
		{"Disc", `{"form":"whatever","radius":1}`, ""},
		{"Holder", `{"shape":null}`, ""},
		{"Holder", `{"shape":{"form":"round","radius":1}}`, ""},
		{"Event", `{"topic":"Call","number":"1"}`, ""},
		{"Event", `{"topic":"Mail","number":"1"}`, "required /address"},
		{"Event", `{"topic":"Fax"}`, "enum /topic"},
		{"Call", `{"topic":"Call"}`, "required /number"},
		{"Lonely", `{"sort":"any"}`, ""},
		{"Sensor", `{"unit":"heat_probe"}`, "required /celsius"},
		{"Sensor", `{"unit":"SCALE","grams":2}`, ""},
		{"Sensor", `{"unit":"other"}`, ""},
		{"Sensor", `{"unit":"tape"}`, "enum /unit"},
	} {
		for version, doc := range docs {
			if got := validated(t, doc.Schema(c.schema), c.text, openapi.RequestView); got != c.want {
				t.Errorf("%s %s %s: %q, want %q", version, c.schema, c.text, got, c.want)
			}
		}
	}
}

// TestDiscriminatorMessages: one violation, with the values that are right and the line of the
// discriminator.
func TestDiscriminatorMessages(t *testing.T) {
	t.Parallel()
	doc := load(t, schemaDocument("3.1.0", discriminated))
	for text, want := range map[string]string{
		`{"gear":"boat"}`: `"boat" is not one of "Bike", "Boat"; did you mean "Boat"?`,
		`{}`:              `missing; it decides which schema counts: "Bike", "Boat"`,
	} {
		value, _ := openapi.ReadJSON([]byte(text))
		found := doc.Schema("Implicit").Validate(value, openapi.RequestView)
		if len(found) != 1 || !strings.HasSuffix(found[0].Message, want) || found[0].Document.Line != 11 {
			t.Errorf("%s: %v, want %q in line 11", text, found, want)
		}
	}
}

// TestDiscriminatorReadable: readers of a schema see what names each alternative, and those that
// inherit as alternatives.
func TestDiscriminatorReadable(t *testing.T) {
	t.Parallel()
	doc := load(t, schemaDocument("3.1.0", discriminated))
	for _, c := range []struct{ schema, property, want string }{
		{"Mapped", "gear", "[pedal tandem] [wind]"}, {"Listed", "how", "[cash] [credit debit]"},
		{"Shape", "form", "[round Ring] [Ring]"}, {"Event", "topic", "[Call] [Mail]"},
		{"Sensor", "unit", "[heat_probe] [SCALE]"},
	} {
		s := doc.Schema(c.schema)
		var got []string
		for _, alternative := range append(s.OneOf, s.AnyOf...) {
			var names []string
			for _, value := range alternative.Property(c.property).Schema.Enum {
				names = append(names, value.(string))
			}
			got = append(got, "["+strings.Join(names, " ")+"]")
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %v, want %s", c.schema, got, c.want)
		}
	}
}

// TestDiscriminatorMapsFiles: a mapping may name schemas by files, relative to its own.
func TestDiscriminatorMapsFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"api.yaml": schemaDocument("3.1.0", "    Craft: {$ref: 'parts/craft.yaml#/Craft'}\n"),
		"parts/craft.yaml": `
Craft:
  oneOf: [{$ref: '#/Kite'}, {$ref: 'glider.yaml'}]
  discriminator: {propertyName: wing, mapping: {cloth: '#/Kite', wood: 'glider.yaml'}}
Kite: {type: object, required: [line], properties: {wing: {type: string}, line: {type: number}}}
`,
		"parts/glider.yaml": "{type: object, properties: {wing: {type: string}, line: {type: number}}}\n",
	} {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	doc, err := openapi.Load(filepath.Join(dir, "api.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		`{"wing":"cloth","line":30}`: "", `{"wing":"wood","line":30}`: "", `{"wing":"cloth"}`: "required /line",
		`{"wing":"paper"}`: "enum /wing",
	} {
		if got := validated(t, doc.Schema("Craft"), text, openapi.ResponseView); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}
