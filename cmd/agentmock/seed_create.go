package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/internal/apiclient"
	"github.com/agentmock/agentmock/internal/ownership"
	"github.com/agentmock/agentmock/internal/redact"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// seedName is the member by which an agent is found again.
const seedName = "name"

// seedRun creates generated agents at a target.
type seedRun struct {
	*seedClient
	env       env
	flags     *seedFlags
	generator *fixtures.Generator
	ledger    *ledger
	items     *ownership.Registry
	place     *seedPlace
	bar       *progressBar
	there     map[string][]string // name → ids of agents that no index has claimed yet
	known     map[string]bool     // ids
	out       *itemWriter
	counts    struct{ created, there int }
}

func createSeed(ctx context.Context, e env, doc *openapi.Document, g *fixtures.Generator, f *seedFlags) error {
	g.Workspace = cmp.Or(e.or(f.workspace, envWorkspaceID), fixtures.DefaultWorkspace)
	resource, err := creatable(doc, g)
	if err != nil {
		return err
	}
	target, err := interruptible(ctx, func() (*seedClient, error) {
		return f.target.resolve(e, doc, resource, g.Workspace, "")
	})
	if err != nil {
		return err
	}
	name := cmp.Or(f.target.ledger, fmt.Sprintf("agentmock-seed-%s-%d.ndjson",
		notFileWord.ReplaceAllString(target.workspace, "_"), g.Seed()))
	l, err := openLedger(ctx, name, ledgerHead{ledgerKind, ledgerVersion, target.baseURL, target.workspace,
		resource.Name}, e.say)
	if err != nil {
		return err
	}
	defer l.close()
	out, file, err := openSeedOutput(e, f.out)
	if err != nil {
		return err
	}
	defer file.discard()
	sayMadeUp(e, target.apiKey)
	format := "text"
	if f.changed("format") {
		format = f.format.value
	}
	bar := newProgressBar(e)
	target.connect(bar.wait)
	r := &seedRun{
		seedClient: target, env: e, flags: f, generator: g, ledger: l,
		bar: bar, items: ownership.New(resource, ownership.Nonce()),
		known: map[string]bool{}, there: map[string][]string{}, out: newItemWriter(out, format, ""),
	}
	r.items.Thrifty = true
	defer r.http.Close()
	end := bar.onInterrupt(ctx, "interrupted: waiting for the answers to what was sent")
	runErr := r.all(ctx)
	end()
	bar.clear()
	if err := errors.Join(r.out.close(), file.commit()); err != nil { // what exists is said, whatever happened
		return unwritable(f.out, err)
	}
	e.say("%s created, %d already there, in %s; --undo %s removes what was created",
		count(r.counts.created, "agent"), r.counts.there, target, name)
	return runErr
}

// creatable returns the resource, if the document has the operations and members to create its
// items and to find them again.
func creatable(doc *openapi.Document, g *fixtures.Generator) (*openapi.Resource, error) {
	name, err := g.Collection()
	if err != nil {
		return nil, err
	}
	r := doc.Resource(name)
	switch {
	case r.Create == nil:
		return nil, usagef("%s has no operation that creates %s", doc.Name, name)
	case r.List == nil:
		return nil, usagef("%s has no operation that lists %s: what is there already could not be found",
			doc.Name, name)
	case len(r.Parents) > 0:
		return nil, usagef("%s: %s belong to other items, in which they would have to be created", doc.Name, name)
	case r.Identity == "" || r.Schema.Property(seedName) == nil:
		return nil, usagef("%s: %s have no identity and %s by which they could be found again", doc.Name, name,
			seedName)
	}
	return r, nil
}

// notFileWord matches what does not belong in the name of a file.
var notFileWord = regexp.MustCompile(`[^A-Za-z0-9_-]`)

func (r *seedRun) all(ctx context.Context) error {
	if err := r.look(ctx); err != nil {
		return r.explain(err)
	}
	for i := range r.flags.count {
		if err := r.one(ctx, i); err != nil {
			return r.explain(err)
		}
		r.bar.show(i+1, r.flags.count, fmt.Sprintf("agents, %d created, %d already there", r.counts.created,
			r.counts.there))
	}
	return nil
}

// look lists the agents of the target and settles what an earlier run had begun.
func (r *seedRun) look(ctx context.Context) error {
	items, err := r.list(ctx)
	if err != nil {
		return err
	}
	r.place = &seedPlace{seedClient: r.seedClient, listed: items}
	r.items.Look(ctx, r.place)
	for _, item := range items {
		r.known[item.id] = true
		r.there[item.name] = append(r.there[item.name], item.id)
	}
	return r.settle(ctx)
}

// key names agent i of the run's seed and profile in the ledger.
func (r *seedRun) key(i int) string {
	return fmt.Sprintf("%d/%s/%d", r.generator.Seed(), r.generator.Profile, i)
}

// one creates agent i unless it exists.
func (r *seedRun) one(ctx context.Context, i int) error {
	body, err := r.body(i)
	if err != nil {
		return err
	}
	item := r.resource.Create.SentItem(body)
	name := textOf(item, seedName)
	id, err := r.existing(ctx, i, name)
	switch {
	case err != nil:
		return err
	case id != "":
		return r.report(i, id, name, "there")
	}
	begun := ledgerLine{Begin: r.key(i), Name: name}
	if r.items.ClientGiven() {
		own, err := r.items.Fresh(ctx, r.place)
		if err != nil {
			return &exitError{exitViolations, fmt.Errorf("agent %d, %q, is not created: %w", i, name, err)}
		}
		item.Set(r.resource.Identity, own)
		begun.ID = ownership.Text(own)
	}
	begun.Made = r.fingerprint(item, nil)
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := r.ledger.add(begun); err != nil {
		return err
	}
	if id, err = r.create(ctx, i, begun, body); err != nil {
		return err
	}
	r.known[id] = true
	r.counts.created++
	return r.report(i, id, name, "created")
}

// existing returns the id of agent i, "" if there is none yet.
func (r *seedRun) existing(ctx context.Context, i int, name string) (string, error) {
	id := ""
	if ids := r.there[name]; len(ids) > 0 {
		id, r.there[name] = ids[0], ids[1:]
	} else if recorded := r.ledger.idOf(r.key(i)); recorded != "" && !r.place.complete() {
		sight, err := r.place.see(ctx, recorded) // it may be on another page of the list
		if err != nil || sight == nil {
			return "", err
		}
		id = recorded
	}
	if id != "" {
		r.counts.there++
	}
	return id, ctx.Err()
}

// fingerprint returns what recognises an item, without secrets.
func (r *seedRun) fingerprint(sent, shown *jsonvalue.Object) ownership.Fingerprint {
	return ownership.NewFingerprint(sent, shown, append(r.doc.SecretNames(), r.resource.Identity)...)
}

// create sends the agent, again if it did not arrive, and records the outcome.
func (r *seedRun) create(ctx context.Context, i int, begun ledgerLine, body *jsonvalue.Object) (string, error) {
	for try := 0; ; try++ {
		id, again, err := r.attempt(ctx, i, begun, body)
		if !again || try >= r.options.Retries {
			return id, err
		}
		if try > 0 { // what went wrong once is surely over by now
			if err := r.options.Sleep(ctx, 500*time.Millisecond<<try); err != nil {
				return "", err
			}
		}
	}
}

// attempt sends the agent once. If it is unknown whether it arrived, the target is asked, and only an
// agent that does not exist may be sent again.
func (r *seedRun) attempt(ctx context.Context, i int, begun ledgerLine, body *jsonvalue.Object) (id string, again bool,
	err error) {
	a, err := r.send(ctx, r.resource.Create, "", body)
	what := fmt.Sprintf("creating agent %d, %q", i, begun.Name)
	switch {
	case errors.As(err, new(*apiclient.UndeliveredError)):
		return "", false, errors.Join(err, r.ledger.add(ledgerLine{Dropped: begun.Begin}))
	case err == nil && !succeeded(a):
		err = r.refusal(what, a)
		if a.Status < http.StatusInternalServerError {
			return "", false, errors.Join(err, r.ledger.add(ledgerLine{Dropped: begun.Begin}))
		}
	case err == nil:
		op := r.resource.Create
		shown := itemIn(op, a.Body)
		id = cmp.Or(op.IdentityText(shown), r.resource.IdentityIn(a.Header.Get("Location")), begun.ID)
		if id != "" {
			return id, false, r.made(ctx, what, id, begun, op.SentItem(body), shown)
		}
		if id, err = r.arrived(ctx, begun); err == nil && id == "" {
			err = &exitError{exitViolations, fmt.Errorf("%s: the target answered %d without %s, and does not list it",
				what, a.Status, r.resource.Identity)}
		}
		return id, false, err
	}
	id, askErr := r.arrived(ctx, begun)
	if id != "" || askErr != nil {
		return id, false, askErr
	}
	return "", ctx.Err() == nil, err
}

// made records an agent that the target claims to have created, if there is proof.
func (r *seedRun) made(ctx context.Context, what, id string, begun ledgerLine, body, shown *jsonvalue.Object) error {
	err := r.items.Created(r.place, body, begun.ID, id)
	if err == nil {
		err = r.items.MayWrite(ctx, r.place, id)
	}
	if err != nil {
		r.env.say("what came of %q is unsure: it stays in the ledger as begun", begun.Name)
		return &exitError{exitViolations, fmt.Errorf("%s: %w; it is left alone", what, err)}
	}
	if shown == nil { // the answer says no more than where the agent is
		_, shown, _ = r.place.Read(ctx, id)
	}
	return r.ledger.add(ledgerLine{Created: begun.Begin, ID: id, Name: begun.Name, Made: r.fingerprint(body, shown)})
}

// arrived looks for an agent whose creation was not answered, and records it.
func (r *seedRun) arrived(ctx context.Context, begun ledgerLine) (string, error) {
	found, err := r.begun(ctx, &seedPlace{seedClient: r.seedClient}, begun)
	if err != nil || found == "" {
		return "", err
	}
	return found, r.ledger.add(ledgerLine{Created: begun.Begin, ID: found, Name: begun.Name, Made: begun.Made})
}

// report lists an agent that exists.
func (r *seedRun) report(i int, id, name, how string) error {
	if r.out.format == "text" {
		_, err := fmt.Fprintf(r.out, "%s\t%s\n", id, strings.Join(strings.Fields(name), " "))
		return err
	}
	return r.out.item(jsonvalue.Marshal(jsonvalue.ObjectOf("index", json.Number(fmt.Sprint(i)), "id", id,
		"name", name, "was", how)))
}

// explain turns an error of the run into one with an exit code.
func (r *seedRun) explain(err error) error {
	var exit *exitError
	var path *fs.PathError
	switch {
	case errors.As(err, &exit), errors.Is(err, context.Canceled), errors.As(err, &path):
		return err
	}
	secrets := redact.New(nil, []string{r.apiKey}) // a credential may be part of an address
	return &exitError{exitUnreachable, fmt.Errorf("%s: %s", r.baseURL, secrets.Text(err.Error()))}
}
