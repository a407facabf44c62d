package ownership

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// Fresh identities meet the document, are free, and are never given twice.
func TestFresh(t *testing.T) {
	t.Parallel()
	for form, most := range map[string]int{
		integers: 40, texts: 40, "{type: string, format: uuid}": 40, "{type: number}": 40,
		"{type: string, maxLength: 4}": 40, "{type: string, enum: [a, b, real, c]}": 3,
		"{type: integer, minimum: 1, maximum: 6}": 4, // 3 and 4 are taken
	} {
		r := newRegistry(t, form)
		s := &shop{listed: []string{"real", "3"}, items: map[string]string{"4": "Real"}}
		var given []string
		for len(given) < most {
			id, err := r.Fresh(t.Context(), s)
			if err != nil {
				t.Fatalf("%s: %d were given: %v", form, len(given), err)
			}
			if text := Text(id); slices.Contains(append(given, "real", "3", "4"), text) || !r.allows(id) {
				t.Fatalf("%s: %q is taken or not allowed", form, text)
			}
			given = append(given, Text(id))
		}
		if most < 40 {
			_, err := r.Fresh(t.Context(), s)
			wantError(t, form, err, "no free id was found for one of the crates")
		}
		if wantScarce := most < 40; r.Scarce() != wantScarce {
			t.Errorf("%s: scarce is %t", form, !wantScarce)
		}
		r.Refused(s, given[0]) // nothing was made: another creation may have it
		if _, err := r.Fresh(t.Context(), s); most < 40 {
			wantError(t, form, err, "")
		}
	}
}

// Where it cannot be seen whether an identity is free, there is none.
func TestFreshUnsure(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		shop  shop
		err   string
		reads int
	}{
		"an error":           {shop{status: 500}, "a read was answered 500", 1},
		"no answer":          {shop{dead: true}, "a read was not answered", 1},
		"all are taken":      {shop{full: true}, "(tried: 50)", 50},
		"neither to be seen": {shop{blind: true, paged: true}, "", 0}, // a random one is enough
	} {
		r, s := newRegistry(t, integers), c.shop
		_, err := r.Fresh(t.Context(), &s)
		wantError(t, name, err, c.err)
		wantRequests(t, name, &s, 1, c.reads)
	}
	r, s := newRegistry(t, integers), &shop{}
	r.Thrifty = true
	if _, err := r.Fresh(t.Context(), s); err != nil {
		t.Error(err)
	}
	wantRequests(t, "thrifty", s, 1, 0)
}

func TestReadings(t *testing.T) {
	t.Parallel()
	number, text := newRegistry(t, integers), newRegistry(t, texts)
	for _, c := range []struct {
		r     *Registry
		value any
		want  string
	}{
		{number, "3", "[3]"},
		{number, " 3 ", "[ 3  3]"},
		{number, json.Number("3.5"), "[3.5 3]"},
		{number, "+007x", "[+007x 7]"},
		{number, "-00", "[-00 0]"},
		{number, "-12e3", "[-12e3 -12]"},
		{number, true, "[1 true]"},
		{number, false, "[0 false]"},
		{number, nil, "[0 null]"},
		{number, []any{json.Number("5")}, "[5]"},
		{number, []any{"5", "6"}, "[]"},
		{number, jsonvalue.ObjectOf("id", "5"), "[]"},
		{number, "", "[]"},
		{text, "3.5", "[3.5]"},
		{text, " a", "[ a a]"},
	} {
		if got := fmt.Sprint(c.r.Readings(c.value)); got != c.want {
			t.Errorf("%#v: %s, want %s", c.value, got, c.want)
		}
	}
}

func TestRespell(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		value any
		own   string
		want  string
	}{
		{"5", "77", `"77" true`},
		{"5x", "77", `"77x" true`},
		{json.Number("1.5"), "77", `77.5 true`},
		{json.Number("5"), "77", `77 false`},
		{json.Number("5e3"), "77", `77e3 false`},
		{"abc", "77", `"abc" false`},
		{"5", "a-7", `"5" false`},
	} {
		value, wrong := Respell(c.value, c.own)
		if got := fmt.Sprintf("%s %t", jsonvalue.Marshal(value), wrong); got != c.want {
			t.Errorf("%v on %s: %s, want %s", c.value, c.own, got, c.want)
		}
	}
}

func TestReplace(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		body, want string
		found      bool
	}{
		{`{"id": 5, "name": "x"}`, `{"id":"own","name":"x"}`, true},
		{`{"name": "id"}`, `{"name": "id"}`, false},
		{`["id", 5]`, `["id", 5]`, false},
		{`{"id": 5, "name": }`, `{"id": "own", "name": }`, true},
		{`{'id': '5', "id": "7"`, `{'id': 'own', "id": "own"`, true},
		{`id=5`, `id=5`, false},
	} {
		if got, found := Replace([]byte(c.body), "id", "own"); string(got) != c.want || found != c.found {
			t.Errorf("%s: %s %t", c.body, got, found)
		}
	}
}

func TestFingerprint(t *testing.T) {
	t.Parallel()
	object := jsonvalue.ObjectOf
	sent := object("id", "1", "name", "a", "list", []any{object("x", true, "y", "z")}, "key", "secret")
	shown := object("id", "21", "name", "A")
	made := NewFingerprint(sent, shown, "id", "key")
	for name, c := range map[string]struct {
		item       *jsonvalue.Object
		changed    string
		recognised bool
	}{
		"as it was":           {object("name", "A", "list", []any{object("y", "z", "x", true)}), "[]", true},
		"not as it was sent":  {object("name", "a"), "[name]", false},
		"changed in part":     {object("name", "A", "list", []any{}), "[list]", true},
		"another item":        {object("name", "B", "list", nil), "[list name]", false},
		"shows nothing of it": {object("other", "x"), "[]", false},
		"keys do not count":   {object("name", "A", "key", "x", "id", "9"), "[]", true},
	} {
		changed, recognised := made.Changed(c.item)
		if fmt.Sprint(changed) != c.changed || recognised != c.recognised {
			t.Errorf("%s: %v, recognised %t", name, changed, recognised)
		}
	}
	if changed, recognised := NewFingerprint(sent, nil, "id").Changed(sent); len(changed) > 0 || !recognised {
		t.Errorf("what was sent: %v, recognised %t", changed, recognised)
	}
}
