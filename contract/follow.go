package contract

import "slices"

// follow says of each violation by which others it is explained for sure; see Finding.Follows. A likeness
// explains enough to show two violations together, and too little to accept one because the other is: a new
// defect may do the same at the same place, and several show in one answer as soon as that has all that is odd.
func (e *explanation) follow() {
	for _, v := range e.list {
		v.Follows = nil
		for u := v; u.because != nil && (!u.likely || u.trait.racy); {
			u = u.because
			if u.Fingerprint != v.Fingerprint && !slices.Contains(v.Follows, u.Fingerprint) {
				v.Follows = append(v.Follows, u.Fingerprint)
			}
		}
	}
}
