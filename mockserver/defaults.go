package mockserver

import (
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// maxDepth bounds how deep a recursive schema is followed where no value does.
const maxDepth = 12

// setDefaults adds the defaults of a request's schema, at every level, for members that the item
// can hold.
func setDefaults(v any, request, item *openapi.Schema, depth int) {
	if depth == 0 || request == nil {
		return
	}
	switch v := v.(type) {
	case *jsonvalue.Object:
		for _, p := range request.Properties {
			stored := item.Member(p.Name)
			value, has := v.Get(p.Name)
			if !has && p.Schema.HasDefault && item.Covers(p.Name) && !isReadOnly(p.Schema) && !isReadOnly(stored) &&
				!isWriteOnly(stored) {
				value, has = jsonvalue.Clone(p.Schema.Default), true
				v.Set(p.Name, value)
			}
			if has {
				setDefaults(value, p.Schema, stored, depth-1)
			}
		}
	case []any:
		for i := range v {
			setDefaults(v[i], request.Item(i), item.Item(i), depth-1)
		}
	}
}

// setGenerated adds missing identities and times that the server makes, at every level.
func (b *builder) setGenerated(v any, s *openapi.Schema) {
	eachMissing(v, s, maxDepth, b.setGeneratedMember)
}

func (b *builder) setGeneratedMember(object *jsonvalue.Object, p *openapi.Property) {
	switch generatedBy(p) {
	case openapi.MockObjectID:
		object.Set(p.Name, b.generate.objectID())
	case openapi.MockNow, openapi.MockUpdated:
		object.Set(p.Name, formatTime(p.Schema, b.generate.now))
	}
}

// setInitial adds missing members that have an initial value in x-mock, at every level.
func setInitial(v any, s *openapi.Schema) {
	eachMissing(v, s, maxDepth, func(object *jsonvalue.Object, p *openapi.Property) {
		if p.Schema.Mock.HasInitial {
			object.Set(p.Name, jsonvalue.Clone(p.Schema.Mock.Initial))
		}
	})
}

// setRequired adds missing members that responses must have, at every level: an example of what is
// read-only, else the emptiest value that the schema allows.
func setRequired(v any, s *openapi.Schema) {
	eachMissing(v, s, maxDepth, func(object *jsonvalue.Object, p *openapi.Property) {
		switch {
		case !p.RequiredIn(openapi.ResponseView) || isSecret(p.Schema):
		case isReadOnly(p.Schema):
			object.Set(p.Name, jsonvalue.Clone(sample(p.Schema)))
		default:
			object.Set(p.Name, jsonvalue.Clone(blank(p.Schema)))
		}
	})
}

// eachMissing calls visit for every declared property that an object does not have, at every level,
// those below what visit has added included.
func eachMissing(v any, s *openapi.Schema, depth int, visit func(*jsonvalue.Object, *openapi.Property)) {
	if depth == 0 || s == nil {
		return
	}
	switch v := v.(type) {
	case *jsonvalue.Object:
		for _, p := range s.Properties {
			if p.Schema == nil {
				continue
			}
			if _, has := v.Get(p.Name); !has {
				visit(v, p)
			}
			if value, has := v.Get(p.Name); has {
				eachMissing(value, p.Schema, depth-1, visit)
			}
		}
	case []any:
		for i := range v {
			eachMissing(v[i], s.Item(i), depth-1, visit)
		}
	}
}
