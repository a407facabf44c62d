package openapi

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/textproto"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// The media types of forms.
const (
	urlencodedType = "application/x-www-form-urlencoded"
	multipartType  = "multipart/form-data"
)

// maxFormFields bounds the fields of one form.
const maxFormFields = 10_000

// formField is one name of a form with its value, as it was sent.
type formField struct {
	name      string
	text      string
	mediaType string // of a part of a multipart form; "": none was named
	file      bool   // a part with a file name
}

// isForm reports whether a media type, without parameters, is a form.
func isForm(name string) bool { return name == urlencodedType || name == multipartType }

// IsForm reports whether the representation is a form: application/x-www-form-urlencoded or
// multipart/form-data.
func (m *MediaType) IsForm() bool { return isForm(m.essence()) }

// readForm splits a form into its fields, in the order in which they were sent. The violation is nil
// where all is well; its Rule is malformed-form.
func readForm(name, boundary string, body []byte) ([]formField, *Violation) {
	var fields []formField
	var err error
	expected := "name=value pairs, joined by & and percent-encoded"
	if name == multipartType {
		expected = "parts as RFC 7578 has them"
		fields, err = readParts(boundary, body)
	} else {
		fields, err = readPairs(string(body))
	}
	if err == nil {
		return fields, nil
	}
	v := Violation{In: "body"}.because("malformed-form", expected, "%s", err)
	return nil, &v
}

// readPairs reads application/x-www-form-urlencoded (the URL Standard, §5.1), but refuses what is
// badly escaped.
func readPairs(body string) ([]formField, error) {
	var fields []formField
	for pair := range strings.SplitSeq(body, "&") {
		if pair == "" {
			continue
		}
		if len(fields) == maxFormFields {
			return nil, fmt.Errorf("more than %d fields", maxFormFields)
		}
		rawName, rawText, _ := strings.Cut(pair, "=")
		name, err := formText(rawName)
		if err != nil {
			return nil, fmt.Errorf("the name of the field %d: %w", len(fields)+1, err)
		}
		text, err := formText(rawText)
		if err != nil {
			return nil, fmt.Errorf("field %q: %w", clipped(name), err)
		}
		fields = append(fields, formField{name: name, text: text})
	}
	return fields, nil
}

func formText(raw string) (string, error) {
	text, err := url.QueryUnescape(raw)
	var escape url.EscapeError
	switch {
	case errors.As(err, &escape):
		return "", fmt.Errorf("%q is not percent-encoding: write %% as %%25", string(escape))
	case !utf8.ValidString(text):
		return "", errors.New("the text is not UTF-8")
	}
	return text, err
}

// readParts reads multipart/form-data (RFC 7578).
func readParts(boundary string, body []byte) ([]formField, error) {
	if boundary == "" {
		return nil, errors.New("the Content-Type names no boundary: multipart/form-data; boundary=…")
	}
	if !bytes.Contains(body, []byte("--"+boundary)) {
		return nil, fmt.Errorf("the boundary %q of the Content-Type does not occur in it", clipped(boundary))
	}
	var fields []formField
	for reader := multipart.NewReader(bytes.NewReader(body), boundary); ; {
		part, err := reader.NextRawPart()
		if errors.Is(err, io.EOF) {
			return fields, nil
		}
		if err != nil {
			return nil, fmt.Errorf("the part %d cannot be read: it is cut off or has bad headers", len(fields)+1)
		}
		content, err := io.ReadAll(part)
		name := part.FormName()
		switch {
		case err != nil:
			return nil, fmt.Errorf("the part %d is cut off: the last boundary ends with --", len(fields)+1)
		case name == "":
			return nil, fmt.Errorf("the part %d has no name: Content-Disposition: form-data; name=\"…\"", len(fields)+1)
		case len(fields) == maxFormFields:
			return nil, fmt.Errorf("more than %d parts", maxFormFields)
		}
		isFile := part.FileName() != "" || !utf8.Valid(content)
		fields = append(fields, formField{name, string(content), mediaName(part.Header), isFile})
	}
}

func mediaName(h textproto.MIMEHeader) string {
	name, _, _ := strings.Cut(strings.ToLower(h.Get("Content-Type")), ";")
	return strings.TrimSpace(name)
}

// encoding is how a form has one property (OpenAPI 3.1 §4.8.15). The zero value is the default.
type encoding struct {
	mediaType string // contentType
	style     string
	explode   bool
}

// formEncodings reads the encoding of a media type.
func (b *documentBuilder) formEncodings(media *jsonvalue.Object, at string) map[string]encoding {
	v, _ := media.Get("encoding")
	object, _ := v.(*jsonvalue.Object)
	out := map[string]encoding{}
	for _, m := range members(object) {
		where := jsonvalue.Join(jsonvalue.Join(at, "encoding"), m.Name)
		e := encoding{mediaType: strings.ToLower(b.text(where + "/contentType")), style: b.text(where + "/style")}
		explode, given := member(m.Value, "explode")
		e.explode = explode == true || !given && (e.style == "" || e.style == "form" || e.style == "deepObject")
		out[m.Name] = e
	}
	return out
}

// encodingOf returns how the form has a property.
func (m *MediaType) encodingOf(name string) encoding {
	if e, ok := m.encodings[name]; ok {
		return e
	}
	return encoding{explode: true}
}

// separator returns what stands between the items of a list that is written in one value; "" where
// each item is a field of its own.
func (e encoding) separator() string {
	switch {
	case e.style == "spaceDelimited" && !e.explode:
		return " "
	case e.style == "pipeDelimited" && !e.explode:
		return "|"
	case !e.explode:
		return ","
	}
	return ""
}

// hasType reports whether a schema, or one of its alternatives, names a type.
func hasType(s *Schema, typ string) bool { return slices.Contains(typesOf(s), typ) }
