package ownership

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// Fingerprint recognises an item without keeping what it says: a short digest of each member that
// was sent, by its name.
type Fingerprint map[string]string

// NewFingerprint returns the fingerprint of an item that was made from a body. Members that the
// item shows count as it shows them; nil: it is not known what it shows. The names in without,
// those of secrets and of the identity, are left out.
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
	decoder := json.NewDecoder(bytes.NewReader(jsonvalue.Marshal(value)))
	decoder.UseNumber() // so that long numbers keep their digits
	var plain any
	_ = decoder.Decode(&plain)       // it is JSON
	sorted, _ := json.Marshal(plain) // so is it, with the members in order
	sum := sha256.Sum256(sorted)
	return hex.EncodeToString(sum[:8])
}
