package jsonvalue

import (
	"encoding/json"
	"iter"

	"github.com/go-json-experiment/json/jsontext"
)

// Text is a JSON text that Scan has read: it knows where each value begins and ends, and decodes
// only what is asked for. It is safe for concurrent use as long as nobody scans into it again.
type Text struct {
	src   []byte
	text  string   // src once more, so that texts are parts of it
	tape  []token  // the values in the order of the text; a member's name precedes its value
	names []string // names that are written with escapes, without them
}

// token is one value, or a member's name.
type token struct {
	start, end uint32 // in the text, quotes included
	// next is the place on the tape of the value after this one. A name with escapes has the place in
	// names there, as it is always followed by its value.
	next  uint32
	count uint32 // members, items, or characters of a string
	kind  byte   // the first character: { [ " 0 t f n, where 0 stands for all numbers
	// escaped marks a string that is written with escapes, loose a value that Marshal writes otherwise, and
	// closed one that has not been looked into
	escaped, loose, closed bool
}

// Root returns the value that the text is.
func (t *Text) Root() Node { return Node{t, 0} }

// Node is one value of a Text. It is a small value itself, to be copied and compared.
type Node struct {
	text *Text
	at   uint32
}

func (n Node) token() *token { return &n.text.tape[n.at] }

// Type returns the JSON type as TypeOf does: null, boolean, string, number, array or object.
func (n Node) Type() string {
	switch n.token().kind {
	case '{':
		return "object"
	case '[':
		return "array"
	case '"':
		return "string"
	case '0':
		return "number"
	case 'n':
		return "null"
	}
	return "boolean"
}

// Raw returns the value as it stands in the text that was scanned; it must not be changed.
func (n Node) Raw() []byte {
	k := n.token()
	return n.text.src[k.start:k.end:k.end]
}

// IsPlain reports whether Marshal writes the value as it stands in the text: without white space,
// and with the same escapes.
func (n Node) IsPlain() bool { return !n.token().loose }

// Len returns the number of members of an object, of items of an array, and of characters (Unicode
// code points) of a string; 0 for other values.
func (n Node) Len() int { return int(n.opened().token().count) }

// String returns what a string says; "" for other values.
func (n Node) String() string {
	k := n.token()
	switch {
	case k.kind != '"':
		return ""
	case k.escaped:
		return unquoted(n.text.text[k.start:k.end])
	}
	return n.text.text[k.start+1 : k.end-1]
}

// unquoted returns what a string with escapes says; the scanner knows that they are right.
func unquoted(quoted string) string {
	text, _ := jsontext.AppendUnquote(nil, quoted)
	return string(text)
}

// Number returns the digits of a number; "" for other values.
func (n Node) Number() json.Number {
	k := n.token()
	if k.kind != '0' {
		return ""
	}
	return json.Number(n.text.text[k.start:k.end])
}

// IsTrue reports whether the value is true.
func (n Node) IsTrue() bool { return n.token().kind == 't' }

// Members returns the members of an object in the order of the text; other values have none.
func (n Node) Members() iter.Seq2[string, Node] {
	return func(yield func(string, Node) bool) {
		n := n.opened()
		k := n.token()
		if k.kind != '{' {
			return
		}
		for at := n.at + 1; at < k.next; at = n.text.after(at + 1) {
			if !yield(n.text.name(at), Node{n.text, at + 1}) {
				return
			}
		}
	}
}

// Names returns the names of an object's members as strings, in the order of the text; other values
// have none.
func (n Node) Names() iter.Seq[Node] {
	return func(yield func(Node) bool) {
		n := n.opened()
		k := n.token()
		if k.kind != '{' {
			return
		}
		for at := n.at + 1; at < k.next; at = n.text.after(at + 1) {
			if !yield(Node{n.text, at}) {
				return
			}
		}
	}
}

// Items returns the items of an array in their order; other values have none.
func (n Node) Items() iter.Seq[Node] {
	return func(yield func(Node) bool) {
		n := n.opened()
		k := n.token()
		if k.kind != '[' {
			return
		}
		for at := n.at + 1; at < k.next; at = n.text.after(at) {
			if !yield(Node{n.text, at}) {
				return
			}
		}
	}
}

// Member returns a member of an object, and whether there is one.
func (n Node) Member(name string) (Node, bool) {
	for other, member := range n.Members() {
		if other == name {
			return member, true
		}
	}
	return Node{}, false
}

// At returns the value at a JSON pointer, as Lookup does, and whether there is one.
func (n Node) At(pointer string) (Node, bool) {
	for _, token := range Tokens(pointer) {
		ok := false
		if n.token().kind == '[' {
			n, ok = n.item(token)
		} else {
			n, ok = n.Member(token)
		}
		if !ok {
			return Node{}, false
		}
	}
	return n, true
}

func (n Node) item(token string) (Node, bool) {
	index, ok := Index(token)
	if !ok || index >= n.Len() {
		return Node{}, false
	}
	for item := range n.Items() {
		if n = item; index == 0 {
			break
		}
		index--
	}
	return n, true
}

// Value returns the value as Parse does. Its strings share the memory of the whole text.
func (n Node) Value() any {
	switch n.token().kind {
	case '{':
		o := &Object{}
		if size := n.Len(); size > 0 {
			o.Members = make([]Member, 0, size)
		}
		for name, member := range n.Members() {
			o.Members = append(o.Members, Member{name, member.Value()})
		}
		return o
	case '[':
		list := make([]any, 0, n.Len())
		for item := range n.Items() {
			list = append(list, item.Value())
		}
		return list
	case '"':
		return n.String()
	case '0':
		return n.Number()
	case 'n':
		return nil
	}
	return n.IsTrue()
}

// Append appends the value to a buffer as Marshal writes it.
func (n Node) Append(dst []byte) []byte {
	k := n.token()
	switch {
	case !k.loose:
		return append(dst, n.text.src[k.start:k.end]...)
	case k.kind == '"':
		return AppendString(dst, n.String())
	case k.kind == '[':
		dst = append(dst, '[')
		for item := range n.Items() {
			dst = append(item.Append(dst), ',')
		}
		return closed(dst, ']')
	}
	dst = append(dst, '{')
	for name, member := range n.Members() {
		dst = append(AppendString(dst, name), ':')
		dst = append(member.Append(dst), ',')
	}
	return closed(dst, '}')
}

// Equal reports whether two values are equal as Equal has it.
func (n Node) Equal(other Node) bool {
	n, other = n.opened(), other.opened()
	a, b := n.token(), other.token()
	switch {
	case a.kind != b.kind:
		return false
	case a.kind == '"':
		return a.count == b.count && n.String() == other.String()
	case a.kind == '0':
		return sameNumber(string(n.Number()), string(other.Number()))
	case a.count != b.count:
		return false
	case a.kind == '{':
		for name, member := range n.Members() {
			if same, ok := other.Member(name); !ok || !member.Equal(same) {
				return false
			}
		}
	case a.kind == '[':
		next := other.at + 1
		for item := range n.Items() {
			if !item.Equal(Node{other.text, next}) {
				return false
			}
			next = other.text.after(next)
		}
	}
	return true
}

// MarshalJSON returns what Append appends; it never fails. An Object may so have nodes for members
// that nobody needs decoded; as pointers, they are written without being read again.
func (n Node) MarshalJSON() ([]byte, error) { return n.Append(nil), nil }

// closed replaces the comma at the end of a list, where it has one, by what ends it.
func closed(dst []byte, end byte) []byte {
	if last := len(dst) - 1; dst[last] == ',' {
		dst[last] = end
		return dst
	}
	return append(dst, end)
}

// after returns the place of what follows a value.
func (t *Text) after(at uint32) uint32 {
	if k := &t.tape[at]; k.kind == '{' || k.kind == '[' {
		return k.next
	}
	return at + 1
}

// name returns the name at a place of the tape.
func (t *Text) name(at uint32) string {
	k := &t.tape[at]
	if k.escaped {
		return t.names[k.next]
	}
	return t.text[k.start+1 : k.end-1]
}
