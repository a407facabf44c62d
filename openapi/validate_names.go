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
	return rewritten(v, func(i int, m jsonvalue.Member) jsonvalue.Member {
		if len(m.Name) > maxName {
			m.Name = strings.ToValidUTF8(m.Name[:maxName], "") + strconv.Itoa(i)
		}
		return m
	})
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
