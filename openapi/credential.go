package openapi

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// security returns the security requirements of an operation: its own, else the document's.
func (b *documentBuilder) security(o *jsonvalue.Object, at string) [][]*Credential {
	v, own := o.Get("security")
	at = jsonvalue.Join(at, "security")
	if !own {
		v, _ = b.root.Get("security")
		at = "/security"
	}
	var alternatives [][]*Credential
	for i, alternative := range asList(v) {
		credentials := []*Credential{}
		for _, m := range members(alternative) {
			if c := b.credential(m.Name, index(at, i)); c != nil {
				credentials = append(credentials, c)
			}
		}
		alternatives = append(alternatives, credentials)
	}
	return alternatives
}

// credential returns what a security scheme demands of a request; nil where that is nothing.
func (b *documentBuilder) credential(name, usedAt string) *Credential {
	pointer := jsonvalue.Join("/components/securitySchemes", name)
	if _, ok := b.bundle.lookup(pointer); !ok {
		b.warn(usedAt, "security scheme %q is not among components.securitySchemes", name)
		return nil
	}
	_, at := b.object(pointer, "a security scheme")
	c := &Credential{Scheme: name, In: "header", Name: "Authorization", Position: b.bundle.position(at)}
	switch typ, scheme := b.text(at+"/type"), b.text(at+"/scheme"); {
	case typ == "apiKey":
		c.In, c.Name = b.text(at+"/in"), b.text(at+"/name")
		if c.Name == "" || !slices.Contains([]string{"header", "query", "cookie"}, c.In) {
			b.warn(at, "an apiKey scheme has a name, and `in` is one of header, query, cookie")
			return nil
		}
		if !b.canBeSent(c.In, c.Name, at) {
			return nil
		}
	case typ == "http" && scheme != "":
		c.Prefix = strings.ToUpper(scheme[:1]) + strings.ToLower(scheme[1:]) + " "
	case typ == "oauth2" || typ == "openIdConnect":
		c.Prefix = "Bearer "
	case typ == "mutualTLS":
		return nil
	default:
		b.warn(at, "security scheme type %q; it is apiKey (with name and in), http (with scheme), oauth2, "+
			"openIdConnect or mutualTLS", typ)
		return nil
	}
	c.key = keyOf(c.In, c.Name)
	return c
}

// Secrets returns the distinct secrets that a request carries for the credential, in order, without
// the scheme's prefix. Two of them are a conflict. Empty values and values without the prefix are
// left out.
func (c *Credential) Secrets(r *Request) []string {
	var secrets []string
	for _, text := range c.Texts(r) {
		if len(text) < len(c.Prefix) || !strings.EqualFold(text[:len(c.Prefix)], c.Prefix) {
			continue
		}
		if secret := strings.TrimSpace(text[len(c.Prefix):]); secret != "" && !slices.Contains(secrets, secret) {
			secrets = append(secrets, secret)
		}
	}
	return secrets
}

// Texts returns what a request has in the credential's place, with the scheme's prefix or without.
func (c *Credential) Texts(r *Request) []string {
	return (&Parameter{In: c.In, Name: c.Name, key: c.key}).values(r)
}

// Set puts a secret into a request as the scheme demands it, with its prefix, replacing an earlier
// one.
func (c *Credential) Set(r *Request, secret string) {
	if r.Header == nil {
		r.Header = http.Header{}
	}
	if r.Query == nil {
		r.Query = url.Values{}
	}
	switch c.In {
	case "query":
		r.Query.Set(c.Name, c.Prefix+secret)
	case "cookie":
		kept := (&http.Request{Header: r.Header}).Cookies()
		r.Header.Del("Cookie")
		for _, cookie := range append(kept, &http.Cookie{Name: c.Name, Value: c.Prefix + secret}) {
			if cookie.Name != c.Name || cookie.Value == c.Prefix+secret {
				r.Header.Add("Cookie", cookie.String())
			}
		}
	default:
		r.Header.Set(c.Name, c.Prefix+secret)
	}
}

// carriedBy reports whether a request plainly carries the credential, once.
func (c *Credential) carriedBy(r *Request) bool {
	text, sent, plain := sole(r, c.In, c.key)
	return plain && sent && len(text) > len(c.Prefix) && strings.EqualFold(text[:len(c.Prefix)], c.Prefix) &&
		strings.TrimSpace(text[len(c.Prefix):]) != ""
}

// validate returns why a request does not carry the credential; nil where it does.
func (c *Credential) validate(r *Request) *Violation {
	if c.carriedBy(r) {
		return nil
	}
	v := Violation{In: c.In, Name: c.Name, Document: c.Position}
	example := c.Name
	if c.Prefix != "" {
		example = fmt.Sprintf("%q", c.Name+": "+c.Prefix+"…")
	}
	texts := c.Texts(r)
	switch secrets, different := c.Secrets(r), len(distinct(texts)); {
	case len(secrets) == 1 && different == 1:
		return nil
	case different > 1:
		v = v.because("conflicting-credential", nil, "sent %d times with different values; send it once", len(texts))
	case different == 0:
		v = v.because("missing-credential", nil, "missing; the request needs %s", example)
	case allEmpty(texts):
		v = v.because("missing-credential", nil, "empty; the request needs a value in %s", example)
	default:
		v = v.because("missing-credential", nil, "no %scredential; the request needs %s",
			strings.ToLower(c.Prefix), example)
	}
	return &v
}

// distinct returns the different ones of several texts, sorted.
func distinct(values []string) []string {
	if len(values) < 2 {
		return values
	}
	return slices.Compact(slices.Sorted(slices.Values(values)))
}

// ValidateCredentials is the part of ValidateRequest that a server answers with 401. It is empty
// where one of the operation's security requirements is met, else it lists what is missing from the
// first requirement of which the request has a part, or from the first of all.
func (op *Operation) ValidateCredentials(r *Request) []Violation {
	var unmet []Violation // by the alternative that is to be shown
	begun := false        // the request has a part of it
	for i, alternative := range op.Security {
		var missing []Violation
		for _, c := range alternative {
			if v := c.validate(r); v != nil {
				missing = append(missing, *v)
			}
		}
		if len(missing) == 0 {
			return nil
		}
		has := slices.ContainsFunc(alternative, func(c *Credential) bool { return len(c.Texts(r)) > 0 })
		if i == 0 || has && !begun {
			unmet, begun = missing, has
		}
	}
	sortViolations(unmet)
	return unmet
}

// IsCredentialRule reports whether violations of a rule are about credentials, which a server
// answers with 401.
func IsCredentialRule(rule string) bool { return strings.HasSuffix(rule, "-credential") }
