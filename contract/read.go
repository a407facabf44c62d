package contract

import (
	"encoding/json"
	"fmt"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// ReadReport reads a report as package contract/report writes it as JSON. Values keep the order of their
// members and the digits of their numbers.
func ReadReport(data []byte) (*Report, error) {
	var r Report
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, fmt.Errorf("no JSON report of agentmock: %w", err)
	}
	if r.Tool.Name != "agentmock" || r.SchemaVersion != SchemaVersion {
		return nil, fmt.Errorf("no JSON report of agentmock in version %d of the format", SchemaVersion)
	}
	for i := range r.Fixtures {
		for j := range r.Fixtures[i].Notes {
			r.Fixtures[i].Notes[j].note = true
		}
	}
	return &r, nil
}

// UnmarshalJSON reads a finding.
func (f *Finding) UnmarshalJSON(data []byte) error {
	type plain Finding
	if err := json.Unmarshal(data, (*plain)(f)); err != nil {
		return err
	}
	var values struct{ Expected, Actual json.RawMessage }
	if err := json.Unmarshal(data, &values); err != nil {
		return err
	}
	for _, v := range []struct {
		text json.RawMessage
		into *any
	}{{values.Expected, &f.Expected}, {values.Actual, &f.Actual}} {
		if len(v.text) == 0 {
			continue
		}
		value, err := jsonvalue.Parse(v.text, jsonvalue.Limits{})
		if err != nil {
			return err
		}
		*v.into = value
	}
	return nil
}
