package contract

import (
	"regexp"
	"testing"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/openapi"
)

// Questions and answers have stable ids of their own, and every question that a fixture asks is one.
func TestQuestions(t *testing.T) {
	t.Parallel()
	kebab := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	seen := map[string]bool{}
	for _, q := range Questions() {
		if !kebab.MatchString(q.ID) || seen[q.ID] || q.Summary == "" || len(q.Answers) < 2 {
			t.Errorf("question %q: the id is taken or no kebab-case, or there is too little to it", q.ID)
		}
		seen[q.ID] = true
		answers := map[string]bool{}
		for _, a := range q.Answers {
			if !kebab.MatchString(a.ID) || answers[a.ID] || a.Means == "" {
				t.Errorf("answer %q to %s: the id is taken or no kebab-case, or it means nothing", a.ID, q.ID)
			}
			answers[a.ID] = true
		}
	}
	doc := openapi.Agent()
	for _, f := range append(fixtures.BuiltIn(doc), fixtures.Derive(doc)...) {
		if f.Open != "" && !seen[f.Open] {
			t.Errorf("%s asks %q, which is no question", f.ID, f.Open)
		}
	}
}

// An answer to a question is one of its answers, whatever an exchange shows.
func TestAnswersSeen(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ question, was, sent, is, want string }{
		{"null-value", `{"name":"a"}`, `{"name":null}`, `{"name":"a"}`, answerIgnore},
		{"null-value", `{"name":"a"}`, `{"name":null}`, `{"name":null}`, answerStore},
		{"null-value", `{"name":"a"}`, `{"name":null}`, `{}`, answerClear},
		{"null-value", `{"smartCallback":true}`, `{"smartCallback":null}`, `{"smartCallback":false}`, answerDefault},
		{"null-value", `{}`, `{"name":null}`, `{}`, answerAccept},
		{"unknown-field", `{}`, `{"extra":1}`, `{"extra":1}`, answerStore},
		{"unknown-field", `{}`, `{"extra":1}`, `{}`, answerDrop},
		{"duplicate-items", `{}`, `{"phoneNumberIds":["a","a"]}`, `{"phoneNumberIds":["a","a"]}`, answerKeep},
		{"duplicate-items", `{}`, `{"phoneNumberIds":["a","a"]}`, `{"phoneNumberIds":["a"]}`, answerDrop},
		{"nested-object", `{"ttsModel":{"provider":"a","voiceId":"b"}}`, `{"ttsModel":{"voiceId":"c"}}`,
			`{"ttsModel":{"provider":"a","voiceId":"c"}}`, answerMerge},
		{"nested-object", `{"ttsModel":{"provider":"a","voiceId":"b"}}`, `{"ttsModel":{"voiceId":"c"}}`,
			`{"ttsModel":{"voiceId":"c"}}`, answerReplace},
		{"free-object", `{"settings":{"a":1}}`, `{"settings":{"b":2}}`, `{"settings":{"a":1,"b":2}}`, answerMerge},
		{"free-object", `{"settings":{"a":1}}`, `{"settings":{"b":2}}`, `{"settings":{"b":2}}`, answerReplace},
		{"empty-value", `{}`, `{"variables":{}}`, `{}`, answerOmit},
		{"empty-value", `{}`, `{"variables":{}}`, `{"variables":{}}`, answerShow},
		{"read-only-field", `{}`, `{"status":"x"}`, `{"status":"ready"}`, answerIgnore},
		{"update-of-nothing", `{"name":"a","updatedAt":"2025-01-01T00:00:00Z"}`, `{"name":"a"}`,
			`{"name":"a","updatedAt":"2025-01-01T00:00:01Z"}`, answerMove},
	} {
		if got := answersTo(t, tt.was, tt.sent, tt.is)[tt.question]; got != tt.want {
			t.Errorf("%s: was %s, sent %s, is %s: answer %q, want %q", tt.question, tt.was, tt.sent, tt.is, got,
				tt.want)
		}
	}
}

// answersTo returns the answers that an update shows: by the way, and as one that a fixture asks for.
func answersTo(t *testing.T, was, sent, is string) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, open := range []string{"", questionNull, questionUnknownField, questionDuplicates} {
		s := testSession(t)
		it := agentItem(t, s)
		it.latest = parsed(t, was)
		x := exchanged(t, s, "updateAgent", sent, 200, is)
		x.wanted.status = fixtures.Status{"2xx", fixtures.Refused}
		if open == "" {
			s.answerBy(x, s.prior(x))
		} else {
			s.fixture.Open = open
			m := x.sent.item().Members[0]
			x.sent.mutation = &fixtures.Mutation{In: "body", Pointer: "/" + m.Name, What: "it", HasValue: true,
				Value: m.Value}
			s.answerOpen(x, s.fixture, s.prior(x))
		}
		for key := range s.run.answers {
			if open == "" || key.question == open {
				out[key.question] = key.answer
			}
		}
	}
	return out
}
