package coverage

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// Kind is a kind of elements.
type Kind string

// The kinds.
const (
	Operation Kind = "operation"
	Parameter Kind = "parameter"
	Enum      Kind = "enum"     // one allowed value of a parameter or property
	Property  Kind = "property" // of a body; the whole body is one, too
	Status    Kind = "status"   // a documented response
	Law       Kind = "law"      // what must hold of items, such as that an update keeps what it leaves out
)

// Kinds returns the kinds in the order in which they are shown. The caller owns the slice.
func Kinds() []Kind { return []Kind{Operation, Parameter, Enum, Property, Status, Law} }

// Aspect is the way in which an element is exercised.
type Aspect string

// The aspects.
const (
	SentValid   Aspect = "sent-valid"   // in a request that the document allows as a whole
	SentInvalid Aspect = "sent-invalid" // with a value that the document forbids there
	LeftOut     Aspect = "left-out"     // of a request; where it is required, to be refused
	Seen        Aspect = "seen"         // in an answer
	Compared    Aspect = "compared"     // of a law: there was something to hold against it
)

// Element is one thing that a run can exercise, in one way.
type Element struct {
	Kind      Kind   `json:"kind"`
	Aspect    Aspect `json:"aspect"`
	Operation string `json:"operation"` // its id
	// In is path, query, header, cookie or body, of a request, or answer; empty for operations and laws.
	In string `json:"in,omitempty"`
	// Name is the name of a parameter, the documented status of an answer (200, 4XX, default), or the id of
	// a law; empty for anything else.
	Name string `json:"name,omitempty"`
	// Pointer is the place in the body, with * for any item of a list and any member of a map; "" for the
	// whole body, and for anything else.
	Pointer string `json:"pointer,omitempty"`
	// Value is an allowed value, if Kind is Enum; nil is then null.
	Value any `json:"value,omitempty"`
	// Position is the place of the element in the document.
	Position openapi.Position `json:"position,omitzero"`
	Hit      bool             `json:"hit"`
	// Beyond is why no client can bring it about, as far as the document tells; empty: one can. It
	// counts only where it was hit all the same.
	Beyond string `json:"beyond,omitempty"`
	// By is the id of the fixture that hit it first; empty where none did, or where it is read from a
	// report: of fixtures that run at the same time, it would be another one each time.
	By string `json:"-"`
}

// Where returns the element without its operation in a few words: "query limit", "body /ttsModel/voiceId",
// "answer 200 /name", "status 404", "left-out-keeps".
func (e *Element) Where() string {
	words := []string{e.In, e.Name, e.Pointer}
	switch e.Kind {
	case Operation:
		return "any request"
	case Status:
		return "status " + e.Name
	case Enum:
		words = append(words, string(jsonvalue.Marshal(e.Value)))
	}
	return strings.Join(strings.Fields(strings.Join(words, " ")), " ")
}

// String returns what was to be exercised in a few words: "updateAgent: body /name sent-invalid".
func (e *Element) String() string {
	return fmt.Sprintf("%s: %s %s", e.Operation, e.Where(), e.Aspect)
}

// same reports whether two elements differ in nothing but that they were hit.
func (e *Element) same(o *Element) bool {
	return e.Kind == o.Kind && e.Aspect == o.Aspect && e.Operation == o.Operation && e.In == o.In &&
		e.Name == o.Name && e.Pointer == o.Pointer && jsonvalue.Equal(e.Value, o.Value)
}

// Share is how much of a number of elements was hit.
type Share struct {
	// Percent is Hit in hundredths of Total, rounded down to one decimal, so that it is 100 only where
	// nothing is missing; 100 where there is nothing.
	Percent float64 `json:"percent"`
	Hit     int     `json:"hit"`
	Total   int     `json:"total"` // hit or not, without those beyond
	// Beyond are those that were not hit and that no client can bring about.
	Beyond int `json:"beyond,omitempty"`
}

func (s *Share) count(e *Element) {
	switch {
	case e.Hit:
		s.Hit, s.Total = s.Hit+1, s.Total+1
	case e.Beyond != "":
		s.Beyond++
	default:
		s.Total++
	}
	s.Percent = 100
	if s.Total > 0 {
		s.Percent = math.Floor(1000*float64(s.Hit)/float64(s.Total)) / 10
	}
}

// KindShare is the share of a kind.
type KindShare struct {
	Kind Kind `json:"kind"`
	Share
}

// Coverage is what of a document was exercised. It is plain data, the same bytes as JSON for the same run.
type Coverage struct {
	Share
	// Kinds has the share of each kind of which the document has something, in the order of Kinds.
	Kinds []KindShare `json:"kinds"`
	// Omitted are the places and allowed values of bodies that are too large or nested too deep to be told
	// apart; they count nowhere.
	Omitted int `json:"omitted,omitempty"`
	// Elements has everything, by operation in the order of the document.
	Elements []Element `json:"elements"`
}

// sum computes the shares anew from the elements.
func (c *Coverage) sum() {
	c.chooseSuccesses()
	kinds := map[Kind]*Share{}
	c.Share, c.Kinds = Share{Percent: 100}, []KindShare{}
	for i := range c.Elements {
		e := &c.Elements[i]
		if kinds[e.Kind] == nil {
			kinds[e.Kind] = &Share{}
		}
		c.count(e)
		kinds[e.Kind].count(e)
	}
	for _, kind := range Kinds() {
		if s := kinds[kind]; s != nil {
			c.Kinds = append(c.Kinds, KindShare{kind, *s})
		}
	}
}

// otherSuccess is why an answer counts only where it was seen: of several documented successes, the target
// decides which one it gives.
const otherSuccess = "the target answers with another success"

// chooseSuccesses makes one success of each operation count, and all that were seen.
func (c *Coverage) chooseSuccesses() {
	seen, first := map[string]bool{}, map[string]string{} // by operation, and status
	for i := range c.Elements {
		e := &c.Elements[i]
		if !e.success() || e.Kind != Status {
			continue
		}
		if _, have := first[e.Operation]; !have || e.Hit && !seen[e.Operation] {
			first[e.Operation] = e.Name
		}
		seen[e.Operation] = seen[e.Operation] || e.Hit
	}
	for i := range c.Elements {
		e := &c.Elements[i]
		if e.success() && (e.Beyond == "" || e.Beyond == otherSuccess) {
			e.Beyond = ""
			if e.Name != first[e.Operation] {
				e.Beyond = otherSuccess
			}
		}
	}
}

// success reports whether an element is of a successful answer.
func (e *Element) success() bool { return e.In == "answer" && strings.HasPrefix(e.Name, "2") }

// Of returns the share of a kind; one of nothing where the document has nothing of it.
func (c *Coverage) Of(kind Kind) Share {
	for _, k := range c.Kinds {
		if k.Kind == kind {
			return k.Share
		}
	}
	return Share{Percent: 100}
}

// Holes returns the elements that were not hit and that a client can bring about, in their order.
func (c *Coverage) Holes() []Element {
	var list []Element
	for _, e := range c.Elements {
		if !e.Hit && e.Beyond == "" {
			list = append(list, e)
		}
	}
	return list
}

// ErrDiffers is the error of Merge for coverages of different documents.
var ErrDiffers = errors.New("coverages of different documents, or of different versions of agentmock, cannot be merged")

// Merge returns the coverage of several runs of one document, such as the shards of one: what any of them
// has hit. It is that of a single run that did the same. It is nil where any of them is nil, since what is
// unknown of a part is unknown of the whole, and where there is none. The error is ErrDiffers.
func Merge(list ...*Coverage) (*Coverage, error) {
	var out *Coverage
	for i, c := range list {
		switch {
		case c == nil:
			return nil, nil
		case i == 0:
			out = &Coverage{Omitted: c.Omitted, Elements: append([]Element{}, c.Elements...)}
			continue
		case len(c.Elements) != len(out.Elements):
			return nil, ErrDiffers
		}
		for j := range c.Elements {
			if !out.Elements[j].same(&c.Elements[j]) {
				return nil, ErrDiffers
			}
			out.Elements[j].Hit = out.Elements[j].Hit || c.Elements[j].Hit
		}
	}
	if out != nil {
		out.sum()
	}
	return out, nil
}
