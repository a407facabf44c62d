package mockserver

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// maker makes the values that a server makes: identities, times, tokens. Nothing is left to chance:
// a value depends on the server's seed and on how many were made before it in this world, so that
// the same story told twice gives the same values.
type maker struct {
	seed    uint64
	now     time.Time
	change  *change
	secrets []string // names of properties
}

// bytes are 32 bytes that look random.
func (m *maker) bytes(purpose string) []byte {
	input := binary.BigEndian.AppendUint64([]byte(purpose), m.seed)
	input = binary.BigEndian.AppendUint64(input, m.change.draw())
	sum := sha256.Sum256(input)
	return sum[:]
}

// objectID is built as MongoDB builds its own: seconds, a machine, a counter.
func (m *maker) objectID() string {
	machine := sha256.Sum256(binary.BigEndian.AppendUint64([]byte("machine"), m.seed))
	id := binary.BigEndian.AppendUint32(nil, uint32(m.now.Unix())) //nolint:gosec // wraps in 2106, as MongoDB's does
	id = append(id, machine[:5]...)
	start := binary.BigEndian.Uint32(machine[5:9])
	// olint:gosec // wraps, as MongoDB's does
	counter := binary.BigEndian.AppendUint32(nil, start+uint32(m.change.draw()))
	return hex.EncodeToString(append(id, counter[1:]...))
}

// uuid is of version 4 (RFC 9562 §5.4).
func (m *maker) uuid() string {
	b := m.bytes("uuid")[:16]
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// tokenPrefix begins every token that stands for a secret.
const tokenPrefix = "enc_"

var tokenForm = regexp.MustCompile(`^` + tokenPrefix + `[A-Za-z0-9_-]{12,}$`)

// token stands for a secret. It tells nothing about it: it is made of the seed and of a counter,
// and of no part of the secret.
func (m *maker) token() string {
	return tokenPrefix + base64.RawURLEncoding.EncodeToString(m.bytes("token")[:24])
}

// isToken says whether a value can be one of ours: a state that was read from a server may be given
// to another one.
func isToken(v any) bool {
	s, ok := v.(string)
	return ok && tokenForm.MatchString(s)
}

const (
	timeForm = "2006-01-02T15:04:05.000Z"
	dateForm = "2006-01-02"
)

// time spells a point in time as a schema wants it: RFC 3339 in milliseconds, a date, or Unix
// seconds.
func (m *maker) time(s *openapi.Schema, at time.Time) any {
	at = at.UTC()
	switch {
	case s == nil:
	case s.Format == "date":
		return at.Format(dateForm)
	case !s.Allows("string") && (s.Allows("integer") || s.Allows("number")):
		return json.Number(strconv.FormatInt(at.Unix(), 10))
	}
	return at.Format(timeForm)
}

// later spells the time of a change: now, or one millisecond after the previous change where the
// clock has not come so far. It never goes back.
func (m *maker) later(s *openapi.Schema, previous any) any {
	now := m.now
	if text, ok := previous.(string); ok {
		if before, err := time.Parse(time.RFC3339Nano, text); err == nil &&
			!now.Truncate(time.Millisecond).After(before) {
			now = before.Truncate(time.Millisecond).Add(time.Millisecond)
		}
	}
	return m.time(s, now)
}

// identity makes the value of an item's identity: counted up where numbers are wanted, else the
// first form that the schema allows.
func (m *maker) identity(collection string, s *openapi.Schema) any {
	next := m.change.integers[collection] + 1
	number := strconv.FormatInt(next, 10)
	switch {
	case s == nil:
		return m.objectID()
	case !s.Allows("string") && (s.Allows("integer") || s.Allows("number")):
		m.change.seenInteger(collection, next)
		return json.Number(number)
	case s.Format == "uuid":
		return m.uuid()
	}
	if id := m.objectID(); meets(s, id) {
		return id
	}
	if id := m.uuid(); meets(s, id) {
		return id
	}
	m.change.seenInteger(collection, next)
	if meets(s, number) {
		return number
	}
	return counted(s, next)
}

var trailingDigits = regexp.MustCompile(`[0-9]+$`)

// counted makes an identity like a schema's example that ends in digits: b-0007 after b-0006.
func counted(s *openapi.Schema, next int64) string {
	example, _ := sample(s).(string)
	digits := trailingDigits.FindString(example)
	if digits == "" {
		return example + strconv.FormatInt(next, 10)
	}
	first, err := strconv.ParseInt(digits, 10, 32)
	if err != nil {
		first = 0
	}
	return strings.TrimSuffix(example, digits) + fmt.Sprintf("%0*d", len(digits), first+next-1)
}

// identityText is an identity as a path names it, and "" for a value that cannot be one.
func identityText(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return string(v)
	}
	return ""
}

// integerIdentity is the number in an identity that was counted.
func integerIdentity(v any) int64 {
	text := identityText(v)
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n > 1<<53 {
		return 0
	}
	return n
}

// pathValue is a path parameter's value as a property of an item holds it.
func pathValue(s *openapi.Schema, text string) any {
	if s != nil && !s.Allows("string") && (s.Allows("integer") || s.Allows("number")) {
		if v, err := jsonvalue.Parse([]byte(text), jsonvalue.Limits{}); err == nil && jsonvalue.TypeOf(v) == "number" {
			return v
		}
	}
	return text
}

// ordered is an object with its members in the order of a schema's properties, all others after
// them as they were.
func ordered(o *jsonvalue.Object, s *openapi.Schema) *jsonvalue.Object {
	if s == nil || len(s.Properties) == 0 {
		return o
	}
	rank := make(map[string]int, len(s.Properties))
	for i, p := range s.Properties {
		rank[p.Name] = i
	}
	members := slices.Clone(o.Members)
	slices.SortStableFunc(members, func(a, b jsonvalue.Member) int {
		return rankOf(rank, a.Name) - rankOf(rank,
			b.Name)
	})
	return &jsonvalue.Object{Members: members}
}

func rankOf(rank map[string]int, name string) int {
	if i, ok := rank[name]; ok {
		return i
	}
	return len(rank)
}
