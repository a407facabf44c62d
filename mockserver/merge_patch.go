package mockserver

import (
	"slices"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// mergePatch returns what a JSON Merge Patch (RFC 7396) makes of a value: members of the patch
// replace those of the target, at every level; null removes one, and a patch that is no object
// replaces the whole. Neither argument is changed.
func mergePatch(target, patch any) any {
	changes, ok := patch.(*jsonvalue.Object)
	if !ok {
		return jsonvalue.Clone(patch)
	}
	merged := &jsonvalue.Object{}
	if before, isObject := target.(*jsonvalue.Object); isObject {
		merged = jsonvalue.Clone(before).(*jsonvalue.Object)
	}
	all, named := membersOf(merged), membersOf(changes)
	for _, m := range changes.Members {
		if m.Value != nil {
			old, _ := all.get(m.Name)
			all.set(m.Name, mergePatch(old, m.Value))
		}
	}
	merged.Members = slices.DeleteFunc(merged.Members, func(m jsonvalue.Member) bool {
		change, has := named.get(m.Name)
		return has && change == nil
	})
	return merged
}
