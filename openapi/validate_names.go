package openapi

import (
	"slices"
	"strconv"
	"strings"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// maxName is the limit of names in values, in bytes: each error below a member contains its name.
const maxName = 1000

// shortNames returns a copy of a value in which longer names, which no schema can mean, are cut;
// the value itself where there are none.
func shortNames(v any) any {
	if !hasLongName(v) {
		return v
	}
	switch v := v.(type) {
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = shortNames(item)
		}
		return out
	default:
		out := &jsonvalue.Object{}
		for i, m := range members(v) {
			if len(m.Name) > maxName {
				m.Name = strings.ToValidUTF8(m.Name[:maxName], "") + strconv.Itoa(i)
			}
			out.Members = append(out.Members, jsonvalue.Member{Name: m.Name, Value: shortNames(m.Value)})
		}
		return out
	}
}

func hasLongName(v any) bool {
	switch v := v.(type) {
	case []any:
		return slices.ContainsFunc(v, hasLongName)
	case *jsonvalue.Object:
		return slices.ContainsFunc(v.Members, func(m jsonvalue.Member) bool {
			return len(m.Name) > maxName || hasLongName(m.Value)
		})
	}
	return false
}
