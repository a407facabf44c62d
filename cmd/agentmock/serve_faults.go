package main

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"github.com/agentmock/agentmock/internal/nearest"
	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
)

// faultFlags are the flags of serve about what goes wrong on purpose.
type faultFlags struct {
	faults    []string
	latency   mockserver.Delay
	rateLimit mockserver.Rate
}

// register adds the flags to a command.
func (f *faultFlags) register(flags *pflag.FlagSet) {
	flags.StringArrayVar(&f.faults, "fault", nil,
		"`fault` that requests meet: OPERATION[@ITEM][/WORKSPACE]:WHAT[xN], as in updateAgent:503x2 (repeatable)")
	flags.TextVar(&f.latency, "latency", f.latency,
		"`time` by which requests are delayed: 200ms, or a spread such as 50ms..400ms")
	flags.TextVar(&f.rateLimit, "rate-limit", f.rateLimit,
		"`rate` of requests of each key, such as 60/m, above which they get 429")
	for _, name := range []string{"latency", "rate-limit"} {
		flags.Lookup(name).DefValue = "" // none
	}
}

// setFaults sets the options of what goes wrong.
func (f *faultFlags) setFaults(o *mockserver.Options, doc *openapi.Document) error {
	o.Latency, o.RateLimit = f.latency, f.rateLimit
	for _, text := range f.faults {
		fault, err := parseFault(text, doc)
		if err != nil {
			return usagef("agentmock serve: --fault %q: %w", text, err)
		}
		o.Faults = append(o.Faults, fault)
	}
	return nil
}

// refusedFault returns the error for a fault that the mock rejects; nil for any other error.
func (f *faultFlags) refusedFault(err error) error {
	bad, ok := errors.AsType[*mockserver.FaultError](err)
	if !ok {
		return nil
	}
	return usagef("agentmock serve: --fault %q: %w", f.faults[max(0, bad.Index)], err)
}

// describe returns what goes wrong, "" for nothing.
func (f *faultFlags) describe() string {
	parts := slices.Clone(f.faults)
	if f.latency != (mockserver.Delay{}) {
		parts = append(parts, "latency "+f.latency.String())
	}
	if f.rateLimit != (mockserver.Rate{}) {
		parts = append(parts, "at most "+f.rateLimit.String()+" of each key")
	}
	return strings.Join(parts, ", ")
}

// faultForm is said where a fault has another form.
const faultForm = "the form is OPERATION[@ITEM][/WORKSPACE]:WHAT[xN], as in updateAgent:503x2; " +
	"see agentmock serve --help"

// parseFault reads a fault as the flag has it. Identities, workspaces and what stands behind an equals sign may have
// escapes as in URLs, for characters that mean something here.
func parseFault(text string, doc *openapi.Document) (f mockserver.Fault, err error) {
	rest := text
	if f.Operation, rest, err = cutOperation(text, doc); err != nil {
		return f, err
	}
	selectors, what, found := strings.Cut(rest, ":")
	if !found || what == "" {
		return f, fmt.Errorf("it does not say what goes wrong; %s", faultForm)
	}
	item, workspace, ofWorkspace := strings.Cut(selectors, "/")
	item, ofItem := strings.CutPrefix(item, "@")
	for _, part := range []struct {
		name, text string
		there      bool
		to         *string
	}{{"item", item, ofItem, &f.Item}, {"workspace", workspace, ofWorkspace, &f.Workspace}} {
		if *part.to, err = url.PathUnescape(part.text); err != nil || part.there && part.text == "" {
			return f, fmt.Errorf("%q is no %s; %s", part.text, part.name, faultForm)
		}
	}
	return f, readWhat(&f, what)
}

// cutOperation cuts off the operation of a fault, whose id may have any characters; "" for *, which is any.
func cutOperation(text string, doc *openapi.Document) (id, rest string, err error) {
	var ids []string
	for _, op := range doc.Operations {
		ids = append(ids, op.ID)
		after, ok := strings.CutPrefix(text, op.ID)
		if ok && len(op.ID) > len(id) && (after == "" || strings.Contains("@/:", after[:1])) {
			id, rest = op.ID, after
		}
	}
	end := strings.IndexAny(text, "@/:")
	switch {
	case id != "":
		return id, rest, nil
	case end < 0:
		return "", "", fmt.Errorf("it does not say what goes wrong; %s", faultForm)
	case text[:end] == "*":
		return "", text[end:], nil
	}
	const shown = 10
	others := "there is " + strings.Join(ids[:min(len(ids), shown)], ", ")
	if meant := nearest.To(text[:end], ids); meant != "" {
		others = "the nearest is " + meant
	}
	return "", "", fmt.Errorf("there is no operation %q; %s, and * is any", text[:end], others)
}

var (
	times     = regexp.MustCompile(`x([0-9]+)$`)
	status    = regexp.MustCompile(`^[0-9]+$`)
	rateForm  = regexp.MustCompile(`^[0-9]+/`)
	delayForm = regexp.MustCompile(`^[0-9.]+(ns|us|µs|ms|s|m|h)`)
)

// readWhat reads what goes wrong, and how often.
func readWhat(f *mockserver.Fault, what string) error {
	if at := times.FindStringSubmatchIndex(what); at != nil {
		n, err := strconv.Atoi(what[at[2]:])
		if err != nil || n < 1 {
			return fmt.Errorf("x%s is not how often: x1 or more", what[at[2]:])
		}
		f.Times, what = n, what[:at[0]]
	}
	for part := range strings.SplitSeq(what, "+") {
		word, value, hasValue := strings.Cut(part, "=")
		value, err := url.PathUnescape(value)
		if err != nil || hasValue && value == "" {
			return fmt.Errorf("%q has no value behind its =", part)
		}
		if err := readWord(f, word, value); err != nil {
			return err
		}
	}
	return nil
}

// readWord reads one word of what goes wrong.
func readWord(f *mockserver.Fault, word, value string) error {
	before := *f
	switch {
	case status.MatchString(word):
		f.Status, _ = strconv.Atoi(word)
		f.Example = value
	case word == "drop":
		f.Drop = cmp.Or(value, "request")
	case word == "omit":
		f.Omit = cmp.Or(value, mockserver.FirstRequired)
	case word == "retype":
		f.Retype = cmp.Or(value, mockserver.FirstRequired)
	case value != "":
		return unknownWhat(word + "=" + value)
	case word == "truncated" || word == "malformed":
		f.Body = word
	case rateForm.MatchString(word):
		return f.RateLimit.UnmarshalText([]byte(word))
	case delayForm.MatchString(word):
		return f.Delay.UnmarshalText([]byte(word))
	default:
		return unknownWhat(word)
	}
	if before.Status+len(before.Drop+before.Body+before.Omit+before.Retype) > 0 {
		return errors.New("it has two kinds, of which a fault has one; use --fault twice")
	}
	return nil
}

func unknownWhat(word string) error {
	words := []string{"drop", "drop=response", "truncated", "malformed", "omit", "retype"}
	return fmt.Errorf("%q is nothing that goes wrong%s: it is a status, %s, a delay or a rate", word,
		didYouMean(word, words, ""), strings.Join(words, ", "))
}
