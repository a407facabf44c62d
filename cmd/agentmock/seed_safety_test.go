package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/agentmock/agentmock/internal/testonly/careless"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

const crates = `openapi: 3.1.0
info: {title: Crates, version: "1"}
components:
  schemas:
    Crate:
      type: object
      required: [id, name]
      properties:
        id: IDENTITY
        name: {type: string, minLength: 1}
        weight: {type: integer, minimum: 1, maximum: 900}
paths:
  /crates:
    get:
      operationId: listCrates
      responses: {'200': {description: all,
        content: {application/json: {schema: {type: array, items: {$ref: "#/components/schemas/Crate"}}}}}}
    post:
      operationId: createCrate
      requestBody: {required: true, content: {application/json: {schema: {$ref: "#/components/schemas/Crate"}}}}
      responses: {'201': {description: one,
        content: {application/json: {schema: {$ref: "#/components/schemas/Crate"}}}}}
  /crates/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: FORM}}]
    get:
      operationId: readCrate
      responses: {'200': {description: one,
        content: {application/json: {schema: {$ref: "#/components/schemas/Crate"}}}}}
    delete: {operationId: deleteCrate, responses: {'204': {description: gone}}}
`

// crate is a careless backend with its document in a file.
type crate struct {
	*careless.Backend
	url, spec, ledger string
}

func newCrate(t *testing.T, identity string, o careless.Options) *crate {
	t.Helper()
	form := "integer"
	if strings.Contains(identity, "string") {
		form = "string"
	}
	dir := t.TempDir()
	c := &crate{Backend: careless.New(o), spec: filepath.Join(dir, "crates.yaml"), ledger: filepath.Join(dir, "ledger")}
	source := strings.NewReplacer("IDENTITY", identity, "FORM", form).Replace(crates)
	if err := os.WriteFile(c.spec, []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(c)
	t.Cleanup(server.Close)
	c.url = server.URL
	return c
}

func (c *crate) seed(t *testing.T, more ...string) (int, string) {
	t.Helper()
	code, _, stderr := agentmock(t.Context(), append([]string{"seed", "--spec", c.spec, "--base-url", c.url,
		"--ledger", c.ledger}, more...)...)
	return code, stderr
}

func (c *crate) undo(t *testing.T) (int, string) {
	t.Helper()
	code, _, stderr := agentmock(t.Context(), "seed", "--spec", c.spec, "--undo", c.ledger)
	return code, stderr
}

func (c *crate) untouched(t *testing.T) {
	t.Helper()
	if writes := c.Writes(); len(writes) > 0 {
		t.Errorf("the real items were written to: %q", writes)
	}
}

var carelessForms = map[string]func(int) any{
	"{type: integer, format: int64}": careless.Integers,
	"{type: string}":                 careless.Texts,
	"{type: string, format: uuid}":   careless.UUIDs,
}

func TestSeedLeavesRealItems(t *testing.T) {
	t.Parallel()
	for identity, ids := range carelessForms {
		for _, upserts := range []bool{true, false} {
			if !upserts {
				identity = strings.Replace(identity, "{", "{readOnly: true, ", 1)
			}
			c := newCrate(t, identity, careless.Options{ID: ids, Upserts: upserts})
			if code, stderr := c.seed(t, "--count", "30"); code != exitOK || len(c.Made()) != 30 {
				t.Fatalf("%s: exit code %d, %d made\n%s", identity, code, len(c.Made()), stderr)
			}
			if code, stderr := c.seed(t, "--count", "32"); code != exitOK || len(c.Made()) != 32 {
				t.Errorf("%s, again: exit code %d, %d made\n%s", identity, code, len(c.Made()), stderr)
			}
			if code, stderr := c.undo(t); code != exitOK || len(c.Made()) != 0 {
				t.Errorf("%s: undo: exit code %d, left are %q\n%s", identity, code, c.Made(), stderr)
			}
			c.untouched(t)
		}
	}
}

func TestSeedThatIsAnsweredWithAnotherItem(t *testing.T) {
	t.Parallel()
	for identity, ids := range carelessForms {
		for _, upserts := range []bool{true, false} {
			if !upserts {
				identity = strings.Replace(identity, "{", "{readOnly: true, ", 1)
			}
			c := newCrate(t, identity, careless.Options{ID: ids, Upserts: upserts, Answers: 7})
			if code, stderr := c.seed(t, "--count", "3"); code != exitViolations || !strings.Contains(stderr,
				"was there before the run; it is left alone") {
				t.Errorf("%s: exit code %d\n%s", identity, code, stderr)
			}
			code, stderr := c.undo(t)
			if upserts && (code != exitOK || len(c.Made()) > 0) ||
				!upserts && !strings.Contains(stderr, "left alone") &&
					!strings.Contains(stderr, "an earlier run was cut off") {
				t.Errorf("%s: undo: exit code %d, left are %q\n%s", identity, code, c.Made(), stderr)
			}
			c.untouched(t)
		}
	}
}

// What somebody has changed since, or put in its place, is theirs.
func TestUndoLeavesWhatWasChanged(t *testing.T) {
	t.Parallel()
	c := newCrate(t, "{type: integer}", careless.Options{ID: careless.Integers, Upserts: true})
	if code, stderr := c.seed(t, "--count", "4"); code != exitOK {
		t.Fatal(stderr)
	}
	changed := c.Created()[2]
	c.Put(number(t, changed), "Somebody's")
	code, stderr := c.undo(t)
	if code != exitViolations || !strings.Contains(stderr, changed+", ") ||
		!strings.Contains(stderr, "3 agents removed") ||
		len(c.Made()) != 1 {
		t.Errorf("exit code %d, left are %q\n%s", code, c.Made(), stderr)
	}
	c.untouched(t)
}

// One member that was changed is enough, and so is an item that shows nothing of what was made.
func TestUndoSaysWhatWasChanged(t *testing.T) {
	t.Parallel()
	for reason, change := range map[string]func(item *jsonvalue.Object){
		"somebody has changed it since: weight": func(item *jsonvalue.Object) {
			item.Set("weight", json.Number("1000"))
		},
		"it shows nothing of what was made": func(item *jsonvalue.Object) {
			*item = *jsonvalue.ObjectOf("colour", "red")
		},
	} {
		c := newCrate(t, "{type: integer}", careless.Options{ID: careless.Integers, Upserts: true})
		if code, stderr := c.seed(t, "--count", "4"); code != exitOK {
			t.Fatal(stderr)
		}
		path := "/crates/" + c.Created()[2]
		item := exchange(t, c, http.MethodGet, path, nil, http.StatusOK).(*jsonvalue.Object)
		change(item)
		exchange(t, c, http.MethodPut, path, jsonvalue.Marshal(item), http.StatusOK)
		code, stderr := c.undo(t)
		if code != exitViolations || !strings.Contains(stderr, "is left alone: "+reason) || len(c.Made()) != 1 {
			t.Errorf("%s: exit code %d, left are %q\n%s", reason, code, c.Made(), stderr)
		}
	}
}

func number(t *testing.T, text string) (n int) {
	t.Helper()
	if _, err := fmt.Sscan(text, &n); err != nil {
		t.Fatal(err)
	}
	return n
}

// Runs that share a ledger take turns: with one seed nothing is made twice, with several nothing is
// lost.
func TestSeedRunsAtOnce(t *testing.T) {
	t.Parallel()
	for seeds, want := range map[string]int{"7 7": 20, "7 8": 40, "7 8 9 7": 60} {
		c := newCrate(t, "{type: integer}", careless.Options{ID: careless.Integers, Upserts: true})
		var runs sync.WaitGroup
		for _, seed := range strings.Fields(seeds) {
			runs.Go(func() {
				if code, stderr := c.seed(t, "--count", "20", "--seed", seed); code != exitOK {
					t.Errorf("seed %s: exit code %d\n%s", seed, code, stderr)
				}
			})
		}
		runs.Wait()
		if got := len(c.Made()); got != want {
			t.Errorf("seeds %s: %d are made, want %d", seeds, got, want)
		}
		if code, stderr := c.undo(t); code != exitOK || len(c.Made()) > 0 {
			t.Errorf("seeds %s: exit code %d, left are %d\n%s", seeds, code, len(c.Made()), stderr)
		}
	}
}

// A run that has to wait says for whom, and Ctrl-C ends the waiting.
func TestSeedSaysWhoHasTheLedger(t *testing.T) {
	t.Parallel()
	c := newCrate(t, "{type: integer}", careless.Options{ID: careless.Integers, Upserts: true})
	if code, stderr := c.seed(t, "--count", "1"); code != exitOK {
		t.Fatal(stderr)
	}
	held, err := lockLedger(t.Context(), c.ledger, 0, t.Logf)
	if err != nil {
		t.Fatal(err)
	}
	defer held.close()
	ctx, cancel := context.WithCancel(t.Context())
	waiting := &cancelOn{text: "is in use by process", cancel: cancel}
	code := run(ctx, []string{"seed", "--spec", c.spec, "--undo", c.ledger}, strings.NewReader(""), waiting, waiting)
	if code != exitInterrupted || !strings.Contains(waiting.String(), fmt.Sprintf("process %d:", os.Getpid())) {
		t.Errorf("exit code %d\n%s", code, waiting)
	}
}

// Without locks two runs at once would create everything twice, so that there is none.
func TestLedgerWithoutLocks(t *testing.T) {
	t.Parallel()
	for err, want := range map[error]string{
		errors.ErrUnsupported: "has no file locks; name a file on another file system with --ledger",
		fs.ErrInvalid:         "cannot be locked: invalid argument",
	} {
		l := &ledger{name: "the-ledger", say: t.Logf}
		got := l.lock(t.Context(), func(*os.File) (bool, error) { return false, err })
		if code, _ := exitCode(got); code != exitUsage || !strings.HasPrefix(got.Error(), "the-ledger ") ||
			!strings.HasSuffix(got.Error(), want) {
			t.Errorf("exit code %d: %v", code, got)
		}
	}
}

// cancelOn ends a run when it says something.
type cancelOn struct {
	bytes.Buffer
	text   string
	cancel context.CancelFunc
}

func (c *cancelOn) Write(p []byte) (int, error) {
	n, err := c.Buffer.Write(p)
	if strings.Contains(c.String(), c.text) {
		c.cancel()
	}
	return n, err
}

// Damage to a ledger hides nothing else that it holds.
func TestDamagedLedgers(t *testing.T) {
	t.Parallel()
	for name, damage := range map[string]func([]byte) []byte{
		"whole":          func(b []byte) []byte { return b },
		"no line break":  func(b []byte) []byte { return b[:len(b)-1] },
		"torn":           func(b []byte) []byte { return append(b, `{"begin":"7/real`...) },
		"a line of zero": func(b []byte) []byte { return append(b, "\x00\x00\x00\n"...) },
		"damaged inside": func(b []byte) []byte {
			return bytes.Replace(b, []byte(`{"process"`), []byte(`{{"process"`), 1)
		},
	} {
		c := newCrate(t, "{type: integer}", careless.Options{ID: careless.Integers, Upserts: true})
		if code, stderr := c.seed(t, "--count", "3", "--seed", "7"); code != exitOK {
			t.Fatal(stderr)
		}
		rewrite(t, c.ledger, damage)
		if code, stderr := c.seed(t, "--count", "5", "--seed", "7"); code != exitOK || len(c.Made()) != 5 {
			t.Errorf("%s: exit code %d, %d made\n%s", name, code, len(c.Made()), stderr)
		}
		rewrite(t, c.ledger, damage)
		if code, stderr := c.undo(t); code != exitOK || len(c.Made()) != 0 {
			t.Errorf("%s: undo: exit code %d, left are %q\n%s", name, code, c.Made(), stderr)
		}
	}
}

func rewrite(t *testing.T, name string, change func([]byte) []byte) {
	t.Helper()
	data, err := os.ReadFile(name)
	if err == nil {
		err = os.WriteFile(name, change(data), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestEmptyLedgers(t *testing.T) {
	t.Parallel()
	for _, content := range []string{"", `{"ledger":"agentm`} {
		c := newCrate(t, "{type: integer}", careless.Options{ID: careless.Integers, Upserts: true})
		if err := os.WriteFile(c.ledger, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if code, stderr := c.undo(t); code != exitOK || !strings.Contains(stderr, "records nothing") {
			t.Errorf("%q: exit code %d\n%s", content, code, stderr)
		}
		if code, stderr := c.seed(t, "--count", "2"); code != exitOK {
			t.Errorf("%q: exit code %d\n%s", content, code, stderr)
		}
		if code, stderr := c.undo(t); code != exitOK || len(c.Made()) != 0 {
			t.Errorf("%q: exit code %d, left are %q\n%s", content, code, c.Made(), stderr)
		}
	}
}

// A run that is killed between a creation and its record leaves an item whose identity the ledger
// has.
func TestSeedKilledAfterTheRequest(t *testing.T) {
	t.Parallel()
	c := newCrate(t, "{type: integer}", careless.Options{ID: careless.Integers, Upserts: true})
	if code, stderr := c.seed(t, "--count", "3"); code != exitOK {
		t.Fatal(stderr)
	}
	rewrite(t, c.ledger, func(b []byte) []byte { return b[:bytes.LastIndex(b, []byte(`{"created"`))] })
	code, stderr := c.undo(t)
	if code != exitOK || len(c.Made()) != 0 || !strings.Contains(stderr, "an earlier run was cut off") {
		t.Errorf("exit code %d, left are %q\n%s", code, c.Made(), stderr)
	}
	c.untouched(t)
}

// process starts the program as a process of its own.
func (c *crate) process(t *testing.T, seed, count string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command("agentmock", "seed", "--spec", c.spec, "--base-url", c.url, "--ledger", c.ledger,
		"--seed", seed, "--count", count) // TestMain puts it in the PATH
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	return cmd
}

func TestSeedProcessesAtOnce(t *testing.T) {
	t.Parallel()
	c := newCrate(t, "{type: integer}", careless.Options{ID: careless.Integers, Upserts: true})
	for _, cmd := range []*exec.Cmd{c.process(t, "7", "15"), c.process(t, "7", "15"), c.process(t, "8", "15")} {
		if err := cmd.Wait(); err != nil {
			t.Error(err)
		}
	}
	if got := len(c.Made()); got != 30 {
		t.Errorf("%d are made, want 30", got)
	}
	if code, stderr := c.undo(t); code != exitOK || len(c.Made()) > 0 {
		t.Errorf("exit code %d, left are %d\n%s", code, len(c.Made()), stderr)
	}
}

// A process that is killed between a creation and its answer loses nothing.
func TestSeedProcessKilled(t *testing.T) {
	t.Parallel()
	for _, upserts := range []bool{true, false} {
		identity := "{type: integer}"
		if !upserts {
			identity = "{readOnly: true, type: integer}"
		}
		c := newCrate(t, identity, careless.Options{ID: careless.Integers, Upserts: upserts})
		stored, killed := make(chan struct{}), make(chan struct{})
		posts := 0
		gate := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost {
				if posts++; posts == 4 {
					c.ServeHTTP(httptest.NewRecorder(), r)
					close(stored)
					<-killed
					return
				}
			}
			c.ServeHTTP(w, r)
		}))
		defer gate.Close()
		c.url = gate.URL
		cmd := c.process(t, "7", "15")
		<-stored
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		close(killed)
		code, stderr := c.undo(t)
		if code != exitOK || len(c.Made()) != 0 || !strings.Contains(stderr, "an earlier run was cut off") {
			t.Errorf("exit code %d, left are %q\n%s", code, c.Made(), stderr)
		}
		c.untouched(t)
	}
}
