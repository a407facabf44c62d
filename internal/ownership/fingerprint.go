package ownership

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// Fingerprint recognises an item without keeping what it says: a short digest of each member that
// was sent, by its name.
type Fingerprint map[string]string

// NewFingerprint returns the fingerprint of an item that was made from a body. Members that the item
// shows count as it shows them; nil: it is not known what it shows. The names in without, those of
// secrets and of the identity, are left out.
func NewFingerprint(sent, shown *jsonvalue.Object, without ...string) Fingerprint {
	f := Fingerprint{}
	for _, m := range sent.Members {
		if slices.Contains(without, m.Name) {
			continue
		}
		value := m.Value
		if now, there := shown.Get(m.Name); there {
			value = now
		}
		f[m.Name] = digest(value)
	}
	return f
}

// Changed returns the names of the members that an item shows otherwise, sorted. An item that shows
// none of them is not recognised, whatever it is: recognised is false.
func (f Fingerprint) Changed(item *jsonvalue.Object) (changed []string, recognised bool) {
	for _, name := range slices.Sorted(maps.Keys(f)) {
		value, there := item.Get(name)
		switch {
		case !there:
		case digest(value) != f[name]:
			changed = append(changed, name)
		default:
			recognised = true
		}
	}
	return changed, recognised
}

// digest is of the value, not of the order or the spelling in which it is written.
func digest(value any) string {
	sum := sha256.Sum256(jsonvalue.Marshal(canonicalValue(value)))
	return hex.EncodeToString(sum[:8])
}

func canonicalValue(value any) any {
	switch value := value.(type) {
	case []any:
		out := make([]any, len(value))
		for i := range value {
			out[i] = canonicalValue(value[i])
		}
		return out
	case *jsonvalue.Object:
		members := slices.Clone(value.Members)
		slices.SortFunc(members, func(a, b jsonvalue.Member) int {
			switch {
			case a.Name < b.Name:
				return -1
			case a.Name > b.Name:
				return 1
			}
			return 0
		})
		for i := range members {
			members[i].Value = canonicalValue(members[i].Value)
		}
		return &jsonvalue.Object{Members: members}
	}
	return value
}
