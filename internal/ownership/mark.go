package ownership

import (
	"crypto/sha256"
	"encoding/binary"
	"strings"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// mark begins the names of what a run makes.
const mark = "agentmock-"

// The parts of a Mark, in characters: the run's, that of its own text, and the check.
const (
	runLength, textLength, checkLength = 3, 5, 4
	markLength                         = runLength + textLength + checkLength
)

// markAlphabet has the characters of a Mark.
const markAlphabet = "0123456789abcdefghijklmnopqrstuvwxyz"

// Mark is a text of twelve letters and digits for the names of what a run makes: "agentmock-" and the
// mark. Its last characters follow from the others, so that a name shows that it was made up by a run:
// of the names that people think of, not one in a million does.
type Mark string

// NewMark returns the mark of a run, which the nonce stands for, with a text. Other texts, and other
// runs, give other marks.
func NewMark(nonce uint64, text string) Mark {
	made := runPart(nonce) + digits(textLength, "text", text)
	return Mark(made + digits(checkLength, "check", made))
}

// OfRun reports whether a mark is that of a run.
func (m Mark) OfRun(nonce uint64) bool { return strings.HasPrefix(string(m), runPart(nonce)) }

func runPart(nonce uint64) string {
	return digits(runLength, "run", string(binary.LittleEndian.AppendUint64(nil, nonce)))
}

// digits returns so many characters that follow from a text and from what they are for.
func digits(length int, purpose, text string) string {
	sum := sha256.Sum256([]byte("agentmock " + purpose + "\x00" + text))
	n := binary.LittleEndian.Uint64(sum[:])
	out := make([]byte, length)
	for i := range out {
		out[i] = markAlphabet[n%uint64(len(markAlphabet))]
		n /= uint64(len(markAlphabet))
	}
	return string(out)
}

// MarkIn returns the mark of a name, which stands behind "agentmock-" at its beginning and may be
// followed by more; "" where there is none, or one that no run has made.
func MarkIn(name string) Mark {
	rest, ok := strings.CutPrefix(strings.TrimSpace(name), mark)
	if !ok || len(rest) < markLength || len(rest) > markLength && strings.IndexByte(markAlphabet,
		rest[markLength]) >= 0 {
		return ""
	}
	made, check := rest[:runLength+textLength], rest[runLength+textLength:markLength]
	if digits(checkLength, "check", made) != check {
		return ""
	}
	return Mark(rest[:markLength])
}

// MarkOf returns the mark in an item's name and that name, "" where it has none. The name is the member
// of that name or, where there is none, the first text that has a mark.
func MarkOf(item *jsonvalue.Object) (m Mark, name string) {
	if item == nil {
		return "", ""
	}
	if value, there := item.Get("name"); there {
		text, _ := value.(string)
		return MarkIn(text), text
	}
	for _, member := range item.Members {
		if text, ok := member.Value.(string); ok && MarkIn(text) != "" {
			return MarkIn(text), text
		}
	}
	return "", ""
}
