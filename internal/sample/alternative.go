package sample

import (
	"github.com/agentmock/agentmock/internal/sample/deal"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// alternative tries the branches of oneOf and anyOf, each together with the schema's own keywords,
// until the whole is valid.
func (r run) alternative(s *openapi.Schema, name string, key deal.Key, depth int) (any, error) {
	branches := s.OneOf
	if len(branches) == 0 {
		branches = s.AnyOf
	}
	var last error
	for try := range uint64(max(tries, 2*len(branches))) {
		at := key.At("branch").With(try)
		branch := branches[(uint64(at.Stream().Below(len(branches)))+try)%uint64(len(branches))]
		v, err := r.joined(s, branch, name, at, depth)
		if err != nil {
			last = err
			continue
		}
		if v, ok := r.complete(s, v, at, depth); ok {
			return v, nil
		}
	}
	if last != nil {
		return nil, last
	}
	return nil, impossible(s, "no value was found that fits exactly as many alternatives as it should")
}

// complete returns the value if it is valid, or an object without some of its optional members if
// that is.
func (r run) complete(s *openapi.Schema, v any, key deal.Key, depth int) (any, bool) {
	if depth >= fullDepth || len(s.Validate(v, r.view)) == 0 {
		return v, true
	}
	o, isObject := v.(*jsonvalue.Object)
	for try := range uint64(tries) {
		if !isObject {
			break
		}
		fewer := &jsonvalue.Object{}
		choice := key.At("fewer").With(try).Stream()
		for _, member := range o.Members {
			p := s.Property(member.Name)
			if keep := choice.Chance(50); keep || p != nil && p.RequiredIn(r.view) {
				fewer.Set(member.Name, member.Value)
			}
		}
		if len(s.Validate(fewer, r.view)) == 0 {
			return fewer, true
		}
	}
	return nil, false
}

// joined returns a value for a branch, with what the schema around it requires of an object.
func (r run) joined(s, branch *openapi.Schema, name string, key deal.Key, depth int) (any, error) {
	if len(branch.Types) == 0 && len(branch.Properties) == 0 && branch.Enum == nil &&
		len(branch.OneOf)+len(branch.AnyOf) == 0 {
		// the branch only restricts, or demands what is not required otherwise
		full := run{&Generator{view: r.view, patterns: r.patterns}, r.steps}
		return full.plain(s, name, key, depth)
	}
	v, err := r.value(branch, name, key, depth+1)
	o, isObject := v.(*jsonvalue.Object)
	if err != nil || !isObject || len(s.Properties) == 0 {
		return v, err
	}
	outer, err := r.object(s, name, key, depth)
	if err != nil {
		return nil, err
	}
	for _, p := range branch.Properties { // what the branch says of a member counts for more
		member, made := o.Get(p.Name)
		if _, there := outer.Get(p.Name); there && !made {
			if member, err = r.value(p.Schema, p.Name, key.At(p.Name), depth+1); err != nil {
				return nil, err
			}
			made = true
		}
		if made {
			outer.Set(p.Name, member)
		}
	}
	for _, member := range o.Members {
		outer.Set(member.Name, member.Value)
	}
	return outer, nil
}
