package openapi

import (
	"net/http"
	"slices"
	"strings"
)

// whole reports whether paths and methods alone make up a resource, so that none of its paths is
// taken for a verb path.
func (d *draft) whole() bool {
	return d.List != nil && d.Create != nil || (d.List != nil || d.Create != nil) && d.ItemPath != ""
}

// verbal is an operation at a verb path.
type verbal struct {
	op      *Operation
	from    *draft // nil: no other resource could have it
	address address
	action  Action
}

// linkVerbs links operations whose paths have verbs: with the collection that the rest of the path
// names, else with one another.
func (in *inference) linkVerbs() {
	var keys []string
	groups := map[string][]verbal{}
	for _, op := range in.doc.Operations {
		a, ok := verbAddress(op.Path)
		if !ok || op.hint.explicit || op.hint.resource != "" {
			continue
		}
		from := in.byKey[""]
		if plain, ok := addressOf(op.Path); ok {
			from = in.byKey[plain.key()]
		}
		action := verbAction(op, a)
		if action == NoAction || from != nil && from.whole() {
			continue
		}
		key := a.prefix + "/" + nounOf(a.name)
		if groups[key] == nil {
			keys = append(keys, key)
		}
		groups[key] = append(groups[key], verbal{op, from, a, action})
	}
	for _, key := range keys {
		in.linkGroup(groups[key])
	}
}

// linkGroup links the operations of verb paths that name one collection.
func (in *inference) linkGroup(group []verbal) {
	a := group[0].address
	var d *draft
	for _, other := range in.drafts {
		if other.address.prefix == a.prefix && other.noun == nounOf(a.name) && len(other.Operations) > 0 &&
			!slices.ContainsFunc(group, func(v verbal) bool { return v.from == other }) {
			d = other
			break
		}
	}
	fresh := d == nil
	if fresh {
		d = &draft{Resource: &Resource{noun: nounOf(a.name)}, address: a, label: a.name}
	}
	whole := d.trial(group)
	agreed := slices.DeleteFunc(slices.Clone(group), func(v verbal) bool { return !whole.agrees(v) })
	if !d.trial(agreed).whole() {
		return
	}
	for _, v := range agreed {
		if v.from != nil {
			v.from.remove(v.op)
			v.from.forget(v.op)
		}
		d.add(v.op, v.action, v.address.item)
	}
	if fresh {
		if d.List != nil {
			list, _ := verbAddress(d.List.Path)
			d.label = list.name
		}
		in.drafts = append(in.drafts, d)
	}
	d.settle()
}

// forget drops an operation that is another resource's.
func (d *draft) forget(op *Operation) {
	not := func(other *Operation) bool { return other == op }
	d.posts, d.others = slices.DeleteFunc(d.posts, not), slices.DeleteFunc(d.others, not)
}

// trial returns what the resource would be with more operations. They are copies, so that nothing
// else changes.
func (d *draft) trial(more []verbal) *draft {
	t := &draft{Resource: &Resource{noun: d.noun}, address: d.address}
	for _, op := range d.Operations {
		again := *op
		t.add(&again, op.Action, op.ItemParameter)
	}
	for _, v := range more {
		again := *v.op
		t.add(&again, v.action, v.address.item)
	}
	t.settle()
	return t
}

// agrees reports whether an operation of a verb path is one of the resource's by its names and
// schemas: it shows an item or its identity, or it answers with nothing and takes what an item has.
func (d *draft) agrees(v verbal) bool {
	item, answer := v.address.item, v.op.responseSchema()
	if item != "" && d.ItemParameter != "" && identityRank(item, d.ItemParameter, d.noun) > sameNoun {
		return false
	}
	switch {
	case v.action == Delete:
		return true
	case v.action == List:
		_, items := d.listIn(answer, d.Schema)
		return items != nil && (items.Same(d.Schema) || d.identifies(items))
	case size(answer) > 0:
		shown := d.itemIn(answer, d.Schema).schema
		_, rank := d.identityOf(shown)
		return alike(shown, d.Schema) || shown.declared(d.Identity) != nil || rank <= sameNoun && d.takes(v.op)
	}
	return d.takes(v.op)
}

// asksFor reports whether a request must say in its query what it is about.
func (op *Operation) asksFor() bool {
	return slices.ContainsFunc(op.Parameters, func(p *Parameter) bool { return p.In == "query" && p.Required })
}

// takes reports whether the body of an operation has something in common with an item.
func (d *draft) takes(op *Operation) bool {
	media := op.Body.Preferred()
	if media == nil {
		return false
	}
	at, bulk := bodyIn(media.Schema, d.Schema)
	return !bulk && shared(media.Schema.At(at), d.Schema) > 0
}

// linkFlat links a collection inside items of another with the flat way to its items: what is
// created at /shops/{shop}/items is read at /items/{item}. Both are called the same and show the
// same schema.
func (in *inference) linkFlat() {
	for _, nested := range in.drafts {
		if nested.Create == nil || nested.ItemPath != "" || !strings.Contains(nested.address.prefix, "{}") {
			continue
		}
		var flat *draft
		for _, other := range in.drafts {
			if other.isFlat(nested) && (flat == nil || len(flat.address.prefix) < len(other.address.prefix)) {
				flat = other
			}
		}
		if flat != nil {
			flat.join(nested)
		}
	}
}

// isFlat reports whether a resource is the flat way to the items of a nested collection.
func (d *draft) isFlat(nested *draft) bool {
	inside := strings.HasPrefix(nested.address.prefix, strings.TrimSuffix(d.address.prefix, "/")+"/")
	return inside && d.noun == nested.noun && d.ItemPath != "" && d.Read != nil && d.Creator() == nil &&
		alike(d.Schema, nested.Schema)
}

// join moves the operations of a nested collection to the flat way to its items.
func (d *draft) join(nested *draft) {
	if nested.List != nil && d.List != nil {
		d.remove(d.List) // it may show less, or more, than the collection has
	}
	for _, op := range slices.Clone(nested.Operations) {
		action := op.Action
		nested.remove(op)
		d.add(op, action, "")
	}
	d.settle()
}

// singleton makes a resource of a path that is read and written without items, such as /settings,
// and reports whether it is one: what is written has something in common with what is read.
func (d *draft) singleton() bool {
	if d.ItemPath != "" || d.List != nil {
		return false
	}
	read := first(d.others, func(op *Operation) bool { return op.Method == http.MethodGet })
	schema := read.responseSchema()
	if read == nil || read.hint.explicit || size(schema) == 0 || read.asksFor() {
		return false
	}
	post := d.Create
	d.remove(post)
	d.Singleton = true
	d.add(read, Read, "")
	d.findSchema()
	for _, op := range d.others {
		if action := plainAction(op, address{item: "the one"}); action != Delete && action != Read && d.takes(op) {
			d.add(op, action, "")
		}
	}
	updates := post != nil && !post.status("201") && alike(post.responseSchema(), schema) && d.takes(post)
	if d.Write() == nil && updates {
		d.add(post, Update, "")
	}
	if d.Singleton = d.Write() != nil; !d.Singleton {
		return false
	}
	if remove := first(d.others, func(op *Operation) bool { return op.Method == http.MethodDelete }); remove != nil {
		d.add(remove, Delete, "")
	}
	d.settle()
	d.Identity = ""
	return true
}
