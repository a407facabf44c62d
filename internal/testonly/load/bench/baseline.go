package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"os"
	"strconv"
	"sync"
	"time"
)

// serveBaseline serves one of the servers that do less until the context ends.
func serveBaseline(ctx context.Context, o options, stderr io.Writer) error {
	var handler http.Handler
	switch o.baseline {
	case "constant":
		answer, err := os.ReadFile(o.answer)
		if err != nil {
			return err
		}
		handler = constant(o.status, answer)
	case "stateful":
		handler = newStateful()
	default:
		return fmt.Errorf("-baseline %q is neither constant nor stateful", o.baseline)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Fprintf(stderr, "http://%s\n", listener.Addr())
	server := &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute}
	context.AfterFunc(ctx, func() { server.Close() })
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// constant reads each request and answers it with a status and a body: what the mock answers.
func constant(status int, body []byte) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		w.WriteHeader(status)
		_, _ = w.Write(body)
	})
}

// stateful keeps agents as people write it by hand: it decodes with encoding/json, keeps maps under a
// mutex, encodes, and validates nothing.
type stateful struct {
	mu     sync.Mutex
	agents map[string]map[string]any // agents are replaced, never changed in place
	order  []string                  // their identities, in order of creation
}

func newStateful() http.Handler {
	s := &stateful{agents: map[string]map[string]any{}}
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+agentsPath, s.create)
	mux.HandleFunc("GET "+agentsPath, s.list)
	mux.HandleFunc("GET "+agentsPath+"/{id}", s.read)
	mux.HandleFunc("PUT "+agentsPath+"/{id}", s.update)
	return mux
}

func (s *stateful) create(w http.ResponseWriter, r *http.Request) {
	var agent map[string]any
	if err := json.NewDecoder(r.Body).Decode(&agent); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	now := time.Now().UTC().Format(time.RFC3339Nano)
	agent["createdAt"], agent["updatedAt"] = now, now
	s.mu.Lock()
	id := fmt.Sprintf("%024x", len(s.order))
	agent["_id"] = id
	s.agents[id] = agent
	s.order = append(s.order, id)
	s.mu.Unlock()
	respond(w, http.StatusCreated, agent)
}

func (s *stateful) update(w http.ResponseWriter, r *http.Request) {
	var sent map[string]any
	if err := json.NewDecoder(r.Body).Decode(&sent); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	sent["updatedAt"] = time.Now().UTC().Format(time.RFC3339Nano)
	id := r.PathValue("id")
	s.mu.Lock()
	stored, ok := s.agents[id]
	if ok {
		stored = maps.Clone(stored)
		maps.Copy(stored, sent)
		s.agents[id] = stored
	}
	s.mu.Unlock()
	respondItem(w, stored, ok)
}

func (s *stateful) read(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	agent, ok := s.agents[r.PathValue("id")]
	s.mu.Unlock()
	respondItem(w, agent, ok)
}

func (s *stateful) list(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	list := make([]map[string]any, len(s.order))
	for i, id := range s.order {
		list[i] = s.agents[id]
	}
	s.mu.Unlock()
	respond(w, http.StatusOK, list)
}

func respondItem(w http.ResponseWriter, agent map[string]any, ok bool) {
	if !ok {
		http.Error(w, "no such agent", http.StatusNotFound)
		return
	}
	respond(w, http.StatusOK, agent)
}

func respond(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}
