package mockserver

// Counts returns how many items the session has, by the names of their collections.
func (s *Session) Counts() map[string]int {
	counts, latest := map[string]int{}, s.store.latest()
	for _, c := range s.server.api().collections {
		counts[c.Name] = latest.counts[c.CollectionPath]
	}
	return counts
}

// Workspaces returns the workspaces that have items, sorted: values of the scope header. It is nil for a
// document without one.
func (s *Session) Workspaces() []string {
	if s.server.api().doc.Scope == nil {
		return nil
	}
	list := []string{}
	s.store.latest().workspaces.Scan(func(w workspace) bool {
		list = append(list, w.name)
		return true
	})
	return list
}
