package contract

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/agentmock/agentmock/fixtures"
)

// fingerprintVersion is part of each fingerprint: another way to make them has another one.
const fingerprintVersion = "1"

// fingerprints gives the findings of a report what names them in other reports.
func fingerprints(results []Result) {
	for i := range results {
		for _, list := range [][]Finding{results[i].Violations, results[i].Notes} {
			for j := range list {
				list[j].Fingerprint = list[j].mark(&results[i])
			}
		}
	}
}

// mark returns the fingerprint of a finding: what names its defect, whatever the run. That is the check and
// its rule, the operation, the place as the document names it, and how what was found differs. It has
// nothing that a message or a value is made of, since those vary with the seed and the target, and no
// fixture, since several show the same; but for what a fixture of a user's own expects, which is a rule that
// stands nowhere else.
func (f *Finding) mark(of *Result) string {
	place := cmp.Or(f.trait.member, f.Member, f.Pointer)
	if isSyntax(f.Violation) {
		place = "" // how far it was read
	}
	kind := f.trait.kind
	switch {
	case f.Check == checkStatus:
		kind = fmt.Sprint(f.Status)
	case f.Status != 0:
		kind += fmt.Sprintf(" %dxx", f.Status/100)
	}
	fixture := ""
	own := of.Source == string(fixtures.FromFile) || of.Source == string(fixtures.FromGo)
	if own && (f.trait.expected || f.Check == checkExpectation || f.Check == checkStatus) {
		fixture = of.ID
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{fingerprintVersion, f.Check, f.Rule, f.Request, f.In,
		strings.ToLower(f.Name), place, kind, fixture}, "\x00")))
	return hex.EncodeToString(sum[:10])
}
