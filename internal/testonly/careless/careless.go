// Package careless is a backend without any safeguards: it stores what it is sent under whatever
// identity it is sent, validates no body, and takes wrong identities for right ones. It begins with
// twenty real items and records every write to them, so that tests can show that a client makes
// none.
//
//	b := careless.New(careless.Options{ID: careless.Integers, Upserts: true})
//	… // a run against b, which is an http.Handler
//	b.Writes() // ["PUT 3"]: what nobody should have done
//
// It serves one collection, at any path: /shelves and /shelves/{id}.
package careless

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Real is the number of items that exist at the beginning.
const Real = 20

// Options configure how a backend is careless. The zero value of all but ID is a backend that
// assigns identities itself.
type Options struct {
	// ID returns the identity of the nth item, from 1. It is required.
	ID func(n int) any
	// Upserts makes a creation store the item under the identity in the body, replacing what is
	// there.
	Upserts bool
	// Answers is the number of the real item whose identity every response to a creation has; 0
	// means the new one.
	Answers int
}

// Integers returns n.
func Integers(n int) any { return n }

// Texts returns strings such as item-1.
func Texts(n int) any { return fmt.Sprintf("item-%d", n) }

// UUIDs returns strings in the format of RFC 9562.
func UUIDs(n int) any { return fmt.Sprintf("00000000-0000-4000-8000-%012d", n) }

// Backend is an http.Handler. It is safe for concurrent use.
type Backend struct {
	options Options

	mu      sync.Mutex
	next    int
	items   map[string]map[string]any
	order   []string
	writes  []string
	created []string
}

// New returns a backend with its real items.
func New(o Options) *Backend {
	b := &Backend{options: o, next: Real, items: map[string]map[string]any{}}
	for n := 1; n <= Real; n++ {
		b.store(o.ID(n), map[string]any{"name": fmt.Sprintf("Real %d", n)})
	}
	return b
}

// Writes returns the requests that wrote to a real item: "DELETE 3".
func (b *Backend) Writes() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.writes)
}

// Made returns the identities of all items that exist besides the real ones.
func (b *Backend) Made() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.DeleteFunc(slices.Sorted(maps.Keys(b.items)), b.real)
}

// Created returns the identities of all items that were ever created.
func (b *Backend) Created() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.created)
}

// Put stores an item, as another client would.
func (b *Backend) Put(id any, name string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.store(id, map[string]any{"name": name})
}

func (b *Backend) real(id string) bool {
	for n := 1; n <= Real; n++ {
		if text(b.options.ID(n)) == id {
			return true
		}
	}
	return false
}

func (b *Backend) store(id any, item map[string]any) {
	key := text(id)
	if item = maps.Clone(item); item == nil {
		item = map[string]any{}
	}
	item["id"] = id
	if b.items[key] == nil {
		b.order = append(b.order, key)
	}
	b.items[key] = item
}

func (b *Backend) wrote(method, id string) {
	if b.real(id) {
		b.writes = append(b.writes, method+" "+id)
	}
}

func (b *Backend) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	data, _ := io.ReadAll(r.Body)
	var body map[string]any
	_ = json.NewDecoder(strings.NewReader(string(data))).Decode(&body) // whatever follows
	segments := strings.Split(strings.Trim(r.URL.EscapedPath(), "/"), "/")
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(segments) == 1 {
		b.collection(w, r, body)
		return
	}
	id, _ := url.PathUnescape(segments[1])
	id = text(b.meant(id))
	item := b.items[id]
	if item == nil && r.Method != http.MethodPut {
		respond(w, http.StatusNotFound, map[string]any{"error": "unknown"})
		return
	}
	switch r.Method {
	case http.MethodGet:
		respond(w, http.StatusOK, item)
	case http.MethodPut:
		key := b.meant(id)
		if given, ok := body["id"]; ok { // the body is believed, too
			key = b.meant(given)
		}
		b.wrote(r.Method, id)
		b.wrote(r.Method, text(key))
		b.store(key, body)
		respond(w, http.StatusOK, b.items[text(key)])
	case http.MethodDelete:
		b.wrote(r.Method, id)
		delete(b.items, id)
		b.order = slices.DeleteFunc(b.order, func(key string) bool { return key == id })
		respond(w, http.StatusNoContent, nil)
	}
}

func (b *Backend) collection(w http.ResponseWriter, r *http.Request, body map[string]any) {
	if r.Method == http.MethodGet {
		list := []any{}
		for _, key := range b.order {
			list = append(list, b.items[key])
		}
		if r.URL.Query().Has("page") {
			page, _ := strconv.Atoi(r.URL.Query().Get("page"))
			page = max(0, min(page, len(list)/5))
			list = list[page*5 : min(len(list), page*5+5)]
		}
		respond(w, http.StatusOK, list)
		return
	}
	var id any
	if b.options.Upserts {
		id = b.meant(body["id"])
	} else {
		b.next++
		id = b.options.ID(b.next)
	}
	b.wrote(r.Method, text(id))
	b.created = append(b.created, text(id))
	b.store(id, body)
	item := maps.Clone(b.items[text(id)])
	if b.options.Answers > 0 {
		item["id"] = b.options.ID(b.options.Answers)
	}
	respond(w, http.StatusCreated, item)
}

// meant returns the identity for which a careless reader takes a value.
func (b *Backend) meant(value any) any {
	if _, integers := b.options.ID(1).(int); !integers {
		return text(value)
	}
	switch value := value.(type) {
	case bool:
		if value {
			return 1
		}
	case float64:
		if math.Abs(value) < 1<<62 {
			return int(value)
		}
	case string:
		digits := strings.TrimSpace(value)
		end := strings.IndexFunc(strings.TrimPrefix(digits, "-"), func(r rune) bool { return r < '0' || r > '9' })
		if end >= 0 {
			digits = digits[:end+len(digits)-len(strings.TrimPrefix(digits, "-"))]
		}
		n, _ := strconv.Atoi(digits)
		return n
	case int:
		return value
	}
	return 0
}

func text(value any) string {
	switch value := value.(type) {
	case string:
		return strings.TrimSpace(value)
	case float64:
		return strconv.FormatFloat(value, 'f', -1, 64)
	}
	return fmt.Sprint(value)
}

func respond(w http.ResponseWriter, status int, body any) {
	if status == http.StatusNoContent {
		w.WriteHeader(status)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}
