package backend

import (
	"bytes"
	"encoding/json"
	"net/http"
)

func (s *server) create(w http.ResponseWriter, r *http.Request, workspace string) {
	raw, ok := body(w, r)
	if !ok {
		return
	}
	sent, err := parse(raw, "name", "llmModel", "ttsModel")
	if err != nil {
		writeError(w, http.StatusBadRequest, "BAD_BODY", err.Error())
		return
	}
	seal(sent, s.newID)
	now := s.now()
	a := agent{
		id:        "agt-" + s.newID(),
		workspace: workspace,
		fields:    withDefaults(sent),
		created:   now,
		updated:   now,
	}
	s.store.add(a)
	writeJSON(w, http.StatusCreated, a.view())
}

func (s *server) update(w http.ResponseWriter, r *http.Request, at agentKey) {
	raw, ok := body(w, r)
	if !ok {
		return
	}
	if _, ok := s.store.find(at); !ok {
		s.unknown(w)
		return
	}
	sent, err := parse(raw, "llmModel")
	if err != nil {
		writeError(w, http.StatusBadRequest, "BAD_BODY", err.Error())
		return
	}
	seal(sent, s.newID)
	a, ok := s.store.change(at, func(a *agent) {
		a.fields = a.with(sent)
		a.version++
		if now := s.now(); now.After(a.updated) {
			a.updated = now
		}
	})
	if !ok { // deleted since it was found
		s.unknown(w)
		return
	}
	writeJSON(w, http.StatusOK, a.view())
}

func (s *server) read(w http.ResponseWriter, at agentKey) {
	a, ok := s.store.find(at)
	if !ok {
		s.unknown(w)
		return
	}
	writeJSON(w, http.StatusOK, a.view())
}

func (s *server) list(w http.ResponseWriter, workspace string) {
	views := []any{}
	for _, a := range s.store.list(workspace) {
		views = append(views, a.view())
	}
	writeJSON(w, http.StatusOK, views)
}

func (s *server) remove(w http.ResponseWriter, at agentKey) {
	if !s.store.remove(at) {
		s.unknown(w)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (s *server) unknown(w http.ResponseWriter) {
	writeError(w, http.StatusNotFound, "NO_SUCH_AGENT", "this workspace has no such agent")
}

// writeError writes an error in the backend's own format. Messages never repeat values from the
// request.
func writeError(w http.ResponseWriter, status int, code, message string) {
	writeJSON(w, status, map[string]any{"error": map[string]any{"code": code, "message": message}})
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	var buf bytes.Buffer
	e := json.NewEncoder(&buf)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil { // every value came out of a decoder
		http.Error(w, "the response cannot be written as JSON", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	w.Write(buf.Bytes())
}
