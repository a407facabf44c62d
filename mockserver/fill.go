package mockserver

import (
	"time"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// fillMade puts in the identities and times that the server makes, at every level, where they are
// missing.
func (b *builder) fillMade(v any, s *openapi.Schema, depth int) {
	eachDeclared(v, s, depth, func(object *jsonvalue.Object, p *openapi.Property, missing bool) {
		if !missing {
			return
		}
		switch serverMade(p) {
		case openapi.MockObjectID:
			object.Set(p.Name, b.objectID())
		case openapi.MockNow, openapi.MockUpdated:
			object.Set(p.Name, b.maker.time(p.Schema, b.now.Truncate(time.Millisecond)))
		}
	})
}

// fillDefaults puts in the request's defaults, at every level, for members that the item can hold.
func fillDefaults(v any, request, item *openapi.Schema, depth int) {
	if depth == 0 || request == nil {
		return
	}
	switch v := v.(type) {
	case *jsonvalue.Object:
		for _, p := range request.Properties {
			held := item.Member(p.Name)
			value, has := v.Get(p.Name)
			if !has && p.Schema.HasDefault && item.Covers(p.Name) && !isReadOnly(p.Schema) && !isReadOnly(held) &&
				!isWriteOnly(held) {
				value, has = jsonvalue.Clone(p.Schema.Default), true
				v.Set(p.Name, value)
			}
			if has {
				fillDefaults(value, p.Schema, held, depth-1)
			}
		}
	case []any:
		for i := range v {
			fillDefaults(v[i], request.Item(i), item.Item(i), depth-1)
		}
	}
}

// fillInitial puts in what x-mock has as initial values.
func fillInitial(v any, s *openapi.Schema, depth int) {
	eachDeclared(v, s, depth, func(object *jsonvalue.Object, p *openapi.Property, missing bool) {
		if missing && p.Schema.Mock.HasInitial {
			object.Set(p.Name, jsonvalue.Clone(p.Schema.Mock.Initial))
		}
	})
}

// fillRequired puts in what answers must have and nobody has given: an example for what is the
// server's to say, else as little as the schema allows.
func fillRequired(v any, s *openapi.Schema, depth int) {
	eachDeclared(v, s, depth, func(object *jsonvalue.Object, p *openapi.Property, missing bool) {
		if !missing || !p.RequiredIn(openapi.ResponseView) || isSecret(p.Schema) {
			return
		}
		if isReadOnly(p.Schema) {
			object.Set(p.Name, sample(p.Schema))
		} else {
			object.Set(p.Name, blank(p.Schema))
		}
	})
}

// eachDeclared visits the declared members of a value's objects at every level, those that are
// missing included.
func eachDeclared(v any, s *openapi.Schema, depth int, visit func(*jsonvalue.Object, *openapi.Property, bool)) {
	if depth == 0 || s == nil {
		return
	}
	switch v := v.(type) {
	case *jsonvalue.Object:
		for _, p := range s.Properties {
			if p.Schema == nil {
				continue
			}
			_, has := v.Get(p.Name)
			visit(v, p, !has)
			if value, ok := v.Get(p.Name); ok {
				eachDeclared(value, p.Schema, depth-1, visit)
			}
		}
	case []any:
		for i := range v {
			eachDeclared(v[i], s.Item(i), depth-1, visit)
		}
	}
}
