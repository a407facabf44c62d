package openapi

import (
	"fmt"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// meant returns the alternatives that the client may have meant: the one that the discriminator
// names, else those that fail neither by the type of the value nor by a
// constant in it. An alternative that only allows null is not meant by a value that is not null. Those
// that were not tried, because a reducer found out as much, come last.
func (e *explainer) meant(err *jsonschema.ValidationError) []*jsonschema.ValidationError {
	if len(err.Causes) == 0 { // more than one alternative matches
		return nil
	}
	if d, named := e.discriminated(err); d != nil && named >= 0 {
		prefix := fmt.Sprintf("%s/%d/", err.KeywordLocation, named)
		if i := slices.IndexFunc(err.Causes, func(branch *jsonschema.ValidationError) bool {
			return strings.HasPrefix(branch.KeywordLocation+"/", prefix)
		}); i >= 0 {
			return err.Causes[i : i+1]
		}
	}
	var tried, others []*jsonschema.ValidationError
	for _, branch := range err.Causes {
		switch branch.AbsoluteKeywordLocation {
		case ruledOut.Location:
		case alsoMeant.Location:
			others = append(others, branch)
		default:
			tried = append(tried, branch)
		}
	}
	return append(e.likely(err, tried), others...)
}

// likely returns those of the alternatives that were tried which the client may have meant.
func (e *explainer) likely(err *jsonschema.ValidationError,
	tried []*jsonschema.ValidationError) []*jsonschema.ValidationError {
	atTop := func(leaf *jsonschema.ValidationError) bool {
		return leaf.InstanceLocation == err.InstanceLocation && keywordOf(leaf) == "type"
	}
	notNull := without(tried, func(leaf *jsonschema.ValidationError) bool {
		return atTop(leaf) && e.schema(keywordAt(leaf)) == "null"
	})
	ofType := without(notNull, atTop)
	if len(ofType) < 2 {
		return ofType
	}
	return without(ofType, func(leaf *jsonschema.ValidationError) bool {
		parent, _ := splitLast(leaf.InstanceLocation)
		keyword := keywordOf(leaf)
		return parent == err.InstanceLocation &&
			(keyword == "const" || keyword == "enum" && len(asList(e.schema(keywordAt(leaf)))) == 1)
	})
}

// without returns the branches that have no leaf of a kind, or all of them where none is left.
func without(branches []*jsonschema.ValidationError,
	excluded func(*jsonschema.ValidationError) bool) []*jsonschema.ValidationError {
	kept := slices.DeleteFunc(slices.Clone(branches), func(branch *jsonschema.ValidationError) bool {
		return slices.ContainsFunc(leaves(branch, nil), excluded)
	})
	if len(kept) == 0 {
		return branches
	}
	return kept
}

// discriminated returns the alternatives' discriminator, with the index of the one that the value
// names; nil where nothing decides. Where the value names none, the index is -1.
func (e *explainer) discriminated(err *jsonschema.ValidationError) (*discriminator, int) {
	parent, _ := splitLast(keywordAt(err))
	d := e.discriminator(parent)
	value, _ := e.at(instance(err))
	object, isObject := value.(*jsonvalue.Object)
	if d == nil || !isObject {
		return nil, -1
	}
	name, _ := object.Get(d.property)
	return d, d.named(name)
}

// discriminator returns that of the schema at a place; nil where it has none that decides.
func (e *explainer) discriminator(at string) *discriminator {
	in, inside := e.place(at)
	return e.doc.schemas.discriminators[in.writer.origin(in.pointer, inside)]
}
