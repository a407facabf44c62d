package main

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// objectOf returns an object of names and values, in turns.
func objectOf(pairs ...any) *jsonvalue.Object {
	o := &jsonvalue.Object{}
	for i := 0; i+1 < len(pairs); i += 2 {
		o.Members = append(o.Members, jsonvalue.Member{Name: pairs[i].(string), Value: pairs[i+1]})
	}
	return o
}

// sectionSchema returns the schema of what may stand below the name of a command: the flags that it or its
// sub-commands have, and sections of these.
func sectionSchema(cmd *cobra.Command) *jsonvalue.Object {
	properties := objectOf()
	add := func(name string, schema *jsonvalue.Object) {
		properties.Members = append(properties.Members, jsonvalue.Member{Name: name, Value: schema})
	}
	var names []string
	for _, s := range takersOf(cmd, "") {
		if !slices.Contains(names, s.flag.Name) {
			names = append(names, s.flag.Name)
		}
	}
	if cmd.HasSubCommands() {
		slices.Sort(names)
	}
	sections := map[string]*jsonvalue.Object{}
	for _, child := range cmd.Commands() {
		if len(takersOf(child, "")) > 0 {
			section := sectionSchema(child)
			section.Members = append([]jsonvalue.Member{{Name: "description", Value: child.Short}}, section.Members...)
			sections[child.Name()] = section
		}
	}
	for _, name := range names {
		takers := takersOf(cmd, name)
		if !sameKind(takers) {
			continue
		}
		schema := flagSchema(takers[0].flag)
		if section := sections[name]; section != nil { // a command and a flag at once
			schema = objectOf("anyOf", []any{section, schema})
			delete(sections, name)
		}
		add(name, schema)
	}
	for _, child := range cmd.Commands() {
		if section := sections[child.Name()]; section != nil {
			add(child.Name(), section)
		}
	}
	return objectOf("type", "object", "additionalProperties", false, "properties", properties)
}

// flagSchema returns the schema of the values of a flag. Any value may have a variable.
func flagSchema(f *pflag.Flag) *jsonvalue.Object {
	schema := objectOf("description", plainUsage(f))
	if _, isList := f.Value.(pflag.SliceValue); isList {
		item := scalarSchema(f)
		schema.Members = append(schema.Members, jsonvalue.Member{Name: "anyOf",
			Value: []any{objectOf("type", "array", "items", item), item}})
		return schema
	}
	schema.Members = append(schema.Members, scalarSchema(f).Members...)
	if f.DefValue != "" {
		var preset any = f.DefValue
		switch jsonType(f) {
		case "boolean":
			preset = f.DefValue == "true"
		case "integer", "number":
			preset = json.Number(f.DefValue)
		}
		schema.Members = append(schema.Members, jsonvalue.Member{Name: "default", Value: preset})
	}
	return schema
}

// scalarSchema returns the schema of one value of a flag.
func scalarSchema(f *pflag.Flag) *jsonvalue.Object {
	withVariable := objectOf("type", "string", "pattern", `\$\{`)
	kind := jsonType(f)
	words := strings.Split(f.Value.Type(), "|")
	switch {
	case kind == "integer" && strings.HasPrefix(f.Value.Type(), "uint"):
		return objectOf("anyOf", []any{objectOf("type", kind, "minimum", json.Number("0")), withVariable})
	case kind != "string":
		return objectOf("anyOf", []any{objectOf("type", kind), withVariable})
	case len(words) > 1:
		var values []any
		for _, word := range words {
			values = append(values, word)
		}
		return objectOf("anyOf", []any{objectOf("enum", values), withVariable})
	case f.Value.Type() == "duration":
		return objectOf("anyOf", []any{
			objectOf("type", "string", "pattern", `^([0-9]+(\.[0-9]+)?(ns|us|µs|ms|s|m|h))+$`),
			objectOf("const", json.Number("0")), withVariable})
	}
	return objectOf("type", []any{"string", "number"})
}
