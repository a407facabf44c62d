package openapi

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/internal/identifier"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// draft is a resource while it is inferred.
type draft struct {
	*Resource
	address address
	label   string       // its name, unless another resource has it
	named   bool         // by x-mock
	posts   []*Operation // POST on an item, which is an update where that is plain
	others  []*Operation // of a path without items: of a singleton, perhaps
}

// inference infers the resources of a document.
type inference struct {
	doc    *Document
	drafts []*draft
	byKey  map[string]*draft
}

// resources infers collections and their items in these steps: paths and methods say what belongs
// together; schemas say where an item is in answers and bodies, and what it is; then operations
// whose paths have verbs, flat ways to nested items and singletons are linked where names and
// schemas agree; what remains without a use is no resource.
func (b *documentBuilder) resources() []*Resource {
	in := &inference{doc: b.doc, byKey: map[string]*draft{}}
	for _, op := range b.doc.Operations {
		if a, ok := op.address(); ok && op.hint.resource == "" && op.namesItems(a.item) {
			in.draft(a).place(op, a)
		}
	}
	in.placeNamed()
	for _, d := range in.drafts {
		d.settle()
	}
	in.linkVerbs()
	in.linkFlat()
	var list []*Resource
	for _, d := range in.drafts {
		if d.accept() {
			list = append(list, d.Resource)
		}
	}
	slices.SortFunc(list, func(a, b *Resource) int { return cmp.Compare(a.CollectionPath, b.CollectionPath) })
	tellApart(list)
	adopt(list)
	return list
}

// address is addressOf the operation's path. Where x-mock says that it is about an item, the last
// parameter of the path is that of the item.
func (op *Operation) address() (address, bool) {
	a, ok := addressOf(op.Path)
	ofItem := slices.Contains([]Action{Read, Update, Replace, Delete}, op.hint.action)
	if item := strings.LastIndexByte(op.Path, '}'); ofItem && item > 0 && (!ok || a.item == "") {
		return addressOf(op.Path[:item+1])
	}
	return a, ok
}

// namesItems reports whether a path parameter may have the identity of an item: a text or a number.
// One that is an object names nothing that answers could show. "" is none, which is fine.
func (op *Operation) namesItems(parameter string) bool {
	p := first(op.Parameters, func(p *Parameter) bool { return p.In == "path" && p.Name == parameter })
	return p == nil || p.Schema.isScalar()
}

func (in *inference) draft(a address) *draft {
	d := in.byKey[a.key()]
	if d == nil {
		d = &draft{Resource: &Resource{noun: nounOf(a.name)}, address: a, label: a.name}
		in.byKey[a.key()] = d
		in.drafts = append(in.drafts, d)
	}
	return d
}

// placeNamed places the operations that x-mock gives to a resource.
func (in *inference) placeNamed() {
	for _, op := range in.doc.Operations {
		if op.hint.resource == "" || op.hint.explicit && op.hint.action == NoAction {
			continue
		}
		noun := nounOf(op.hint.resource)
		i := slices.IndexFunc(in.drafts, func(d *draft) bool { return d.named && d.label == op.hint.resource })
		if i < 0 {
			i = slices.IndexFunc(in.drafts, func(d *draft) bool { return d.noun == noun && !d.named })
		}
		a := address{name: op.hint.resource, item: itemParameterOf(op)}
		d := in.draft(a)
		if i >= 0 {
			d = in.drafts[i]
		}
		d.label, d.named = op.hint.resource, true
		action := op.hint.action
		if verb, ok := verbAddress(op.Path); ok && !op.hint.explicit {
			action = verbAction(op, verb)
		}
		if action == NoAction {
			action = plainAction(op, a)
		}
		d.add(op, action, a.item)
	}
}

// itemParameterOf returns the last parameter of a path, by which an item is named where it is known
// to be one's.
func itemParameterOf(op *Operation) string {
	if all := pathParameter.FindAllStringSubmatch(op.Path, -1); len(all) > 0 {
		return last(all)[1]
	}
	return ""
}

// place adds an operation at a path of the resource.
func (d *draft) place(op *Operation, a address) {
	switch action := plainAction(op, a); {
	case action != NoAction:
		d.add(op, action, a.item)
	case op.hint.explicit:
	case a.item != "" && op.Method == http.MethodPost:
		d.posts = append(d.posts, op)
	case a.item == "":
		d.others = append(d.others, op)
	}
}

// add makes an operation one of the resource's.
func (d *draft) add(op *Operation, action Action, item string) {
	op.Action, op.Resource = action, d.Resource
	if op.ItemParameter = ""; action != List && action != Create && !d.Singleton {
		op.ItemParameter = item
	}
	puts := op.Method == http.MethodPut || op.Method == http.MethodPatch
	op.Creates = (action == Replace || action == Update) && (op.hint.creates || puts && op.status("201"))
	d.Operations = append(d.Operations, op)
	if slot := d.slot(action); *slot == nil || op.hint.explicit {
		*slot = op
	}
}

// slot returns the field of an action.
func (r *Resource) slot(action Action) **Operation {
	switch action {
	case List:
		return &r.List
	case Create:
		return &r.Create
	case Read:
		return &r.Read
	case Update:
		return &r.Update
	case Replace:
		return &r.Replace
	}
	return &r.Delete
}

// remove releases an operation from the resource.
func (d *draft) remove(op *Operation) {
	if op == nil {
		return
	}
	d.Operations = slices.DeleteFunc(d.Operations, func(o *Operation) bool { return o == op })
	if slot := d.slot(op.Action); *slot == op {
		action := op.Action
		*slot = first(d.Operations, func(o *Operation) bool { return o.Action == action })
	}
	op.Action, op.Resource, op.ItemParameter, op.Wrapper, op.BodyWrapper = NoAction, nil, "", "", ""
	op.Bulk, op.Creates = false, false
}

// status reports whether an operation documents a status.
func (op *Operation) status(status string) bool {
	return first(op.Responses, func(r *Response) bool { return r.Status == status }) != nil
}

// settle finds what an item is and where bodies and answers have it. It may be called again after
// operations came or went.
func (d *draft) settle() {
	d.setItemPath()
	d.findSchema()
	if d.List != nil {
		var items *Schema
		if d.List.Wrapper, items = d.listIn(d.List.responseSchema(), d.Schema); items == nil {
			d.others = append(d.others, d.List) // a GET that returns no list
			d.remove(d.List)
		}
	}
	for _, op := range slices.Clone(d.Operations) {
		if op.Action != List && op.Action != Delete {
			op.Wrapper = d.itemIn(op.responseSchema(), d.Schema).pointer
			d.findBody(op)
		}
	}
	if !d.creates(d.Create) {
		d.remove(d.Create)
	}
	d.Identity = d.findIdentity()
	d.linkPost()
}

func (d *draft) setItemPath() {
	d.ItemPath, d.ItemParameter = "", ""
	for _, action := range []Action{Read, Update, Replace, Delete} {
		if op := *d.slot(action); op != nil && op.ItemParameter != "" && d.ItemPath == "" {
			d.ItemPath, d.ItemParameter = op.Path, op.ItemParameter
		}
	}
}

// findSchema sets the schema of a whole item: that of the answer to a read, if it shows an identity or
// what a creation takes; else the fullest of the others that show an identity, so that a receipt
// loses against an item; else the first object.
func (d *draft) findSchema() {
	d.Schema = nil
	_, entry := d.listIn(d.List.responseSchema(), nil)
	read := d.itemIn(d.Read.responseSchema(), entry).schema
	sent := d.Create.SentSchema()
	if read.isItem() && (d.identifies(read) || sent == nil || shared(sent, read) > 0) {
		d.Schema = read
		return
	}
	candidates := []*Schema{read}
	for _, op := range []*Operation{d.Create, d.Update, d.Replace} {
		s := op.responseSchema()
		if s.IsList() && op == d.Create {
			s = s.Items
		}
		candidates = append(candidates, d.itemIn(s, entry).schema)
	}
	candidates = append(candidates, entry)
	most := -1
	for _, s := range candidates {
		if n := size(s); d.identifies(s) && n > most {
			d.Schema, most = s, n
		}
	}
	if d.Schema == nil {
		d.Schema = first(candidates, (*Schema).isItem)
	}
}

// findBody finds where the body of a write has the item. The answer to a creation of several has
// them all.
func (d *draft) findBody(op *Operation) {
	if op.Body.Preferred() == nil || d.Schema == nil {
		return
	}
	op.BodyWrapper, op.Bulk = bodyIn(op.Body.Preferred().Schema, d.Schema)
	if op.Bulk = op.Bulk && op.Action == Create; !op.Bulk {
		return
	}
	if pointer, items := d.listIn(op.responseSchema(), d.Schema); items != nil {
		op.Wrapper = pointer
	}
}

// creates reports whether a POST on a collection may create an item of it: its body or its answer
// has something in common with an item, or the document does not say what they are.
func (d *draft) creates(op *Operation) bool {
	if op == nil || op.hint.explicit || size(d.Schema) == 0 {
		return true
	}
	sent, shown := op.SentSchema(), op.ShownSchema()
	return size(sent) == 0 && size(shown) == 0 || shared(sent, d.Schema) > 0 || shared(shown, d.Schema) > 0 ||
		d.identifies(shown)
}

// findIdentity returns the property that holds the identity, as the item, else the list, else the
// answer to a creation has it.
func (d *draft) findIdentity() string {
	name, rank := d.identityOf(d.Schema)
	for _, op := range []*Operation{d.List, d.Create} {
		if other, plainer := d.identityOf(op.ShownSchema()); rank >= anyway && plainer < rank {
			name, rank = other, plainer
		}
	}
	return cmp.Or(name, "id")
}

// linkPost takes a POST on an item for an update where there is no other and it answers with the
// item.
func (d *draft) linkPost() {
	if d.Read == nil || d.Update != nil || d.Replace != nil || len(d.posts) == 0 {
		return
	}
	op := d.posts[0]
	answer := d.itemIn(op.responseSchema(), d.Schema)
	if success := op.Success(); success == nil || success.Status == "201" || !answer.schema.Same(d.Schema) {
		return
	}
	a, _ := addressOf(op.Path)
	d.add(op, Update, a.item)
	op.Wrapper, d.posts = answer.pointer, nil
	d.findBody(op)
}

// accept completes a resource and reports whether it is one: clients can know items of it, or write
// to them.
func (d *draft) accept() bool {
	d.leaveKinds()
	written := d.Write() != nil || d.Delete != nil
	switch {
	case d.singleton():
	case d.List != nil && d.Create != nil && d.listsPlainly(),
		d.ItemPath != "" && (d.Read != nil && d.Sourced() || written),
		d.named && len(d.Operations) > 0:
	default:
		for _, op := range slices.Clone(d.Operations) {
			d.remove(op)
		}
		return false
	}
	d.Name = d.label
	d.Singleton = d.ItemPath == "" && d.List == nil && d.Create == nil
	d.setCollectionPath()
	slices.SortFunc(d.Operations, func(a, b *Operation) int {
		return slices.Index(a.doc.Operations, a) - slices.Index(a.doc.Operations, b)
	})
	for _, m := range pathParameter.FindAllStringSubmatch(d.CollectionPath, -1) {
		d.Parents = append(d.Parents, m[1])
	}
	for _, op := range d.Operations {
		for _, m := range pathParameter.FindAllStringSubmatch(op.Path, -1) {
			if m[1] != op.ItemParameter {
				op.Parents = append(op.Parents, m[1])
			}
		}
	}
	d.ClientID = d.takesIdentity()
	return true
}

// leaveKinds removes creations that cannot say which of the kinds they make that the path names.
func (d *draft) leaveKinds() {
	for d.Create != nil && d.Create.hint.resource == "" && d.namesKinds() && !d.takesIdentity() {
		d.remove(d.Create)
	}
}

// namesKinds reports whether the path of an item takes but a few words, which the document lists: they
// name kinds, and no item that a creation makes could be called otherwise.
func (d *draft) namesKinds() bool {
	for _, op := range []*Operation{d.Read, d.Write(), d.Delete} {
		if op == nil || op.ItemParameter == "" {
			continue
		}
		p := first(op.Parameters, func(p *Parameter) bool { return p.In == "path" && p.Name == op.ItemParameter })
		if p != nil && len(p.Schema.Enum) > 0 {
			return true
		}
	}
	return false
}

func (d *draft) setCollectionPath() {
	collection := cmp.Or(d.List, d.Create)
	if d.Create != nil && strings.Count(d.Create.Path, "{") > strings.Count(collection.Path, "{") {
		collection = d.Create // the list is a flat way
	}
	switch {
	case d.ItemPath == "" && collection == nil:
		d.CollectionPath = d.Operations[0].Path
	case collection != nil:
		d.CollectionPath = collection.Path
	default:
		d.CollectionPath = itemSegment.ReplaceAllString(d.ItemPath, "")
	}
}

// takesIdentity reports whether the body of a creation can name the identity.
func (r *Resource) takesIdentity() bool {
	p := r.Create.SentSchema().declared(r.Identity)
	return p != nil && !p.ReadOnly
}

// listsPlainly reports whether the list says that it is one of items, even where no path names one:
// it is the answer itself, or the member that has it is called so.
func (d *draft) listsPlainly() bool {
	name := last(jsonvalue.Tokens(d.List.Wrapper))
	return d.ItemPath != "" || name == "" || nounOf(name) == d.noun ||
		slices.Contains(listWrappers, identifier.Bare(name))
}

// tellApart renames resources of one name: those with fewer parents, and shorter paths, keep it, the
// others are called by their paths.
func tellApart(list []*Resource) {
	ordered := slices.Clone(list)
	slices.SortStableFunc(ordered, func(a, b *Resource) int {
		return cmp.Or(len(a.Parents)-len(b.Parents), len(segments(a.CollectionPath))-len(segments(b.CollectionPath)))
	})
	taken := map[string]bool{}
	for _, r := range ordered {
		if taken[r.Name] {
			r.Name = strings.Trim(r.CollectionPath, "/")
		}
		taken[r.Name] = true
	}
}

// adopt finds the resources to whose items collections belong: those with the longest way to an item
// that the collection's way begins with, the first of several.
func adopt(list []*Resource) {
	byItem := map[string]*Resource{}
	for _, r := range list {
		if item := prefixOf(segments(r.ItemPath)); r.ItemPath != "" && byItem[item] == nil {
			byItem[item] = r
		}
	}
	for _, r := range list {
		for above := prefixOf(segments(r.CollectionPath)); above != ""; above, _ = splitLast(above) {
			if parent := byItem[above]; parent != nil && parent != r {
				r.Parent = parent
				break
			}
		}
	}
}

func (op *Operation) responseSchema() *Schema {
	if op == nil || op.Success() == nil || op.Success().JSON() == nil {
		return nil
	}
	return op.Success().JSON().Schema
}
