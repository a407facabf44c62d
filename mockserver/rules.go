package mockserver

import "github.com/agentmock/agentmock/openapi"

// Rules returns the rules that a server applies beyond its document, sorted by id. Summaries tell
// what violates them. Those of package openapi apply as well.
func Rules() []openapi.Rule {
	return []openapi.Rule{
		{ID: ruleAmbiguousItem, Summary: "an identity that several items have, where one is meant"},
		{ID: ruleBodyInterrupted, Summary: "a body that ended early or came too slowly"},
		{ID: ruleBodyTooLarge, Summary: "a body longer than the server takes"},
		{ID: ruleClock, Summary: "a time or duration that the clock cannot be set or moved by"},
		{ID: ruleContentEncoding, Summary: "a compressed body"},
		{ID: ruleFault, Summary: "a fault that cannot be injected"},
		{ID: ruleForeignHost, Summary: "a call under a name that is not the server's"},
		{ID: ruleForeignOrigin, Summary: "a call of the control from a page that is not trusted"},
		{ID: ruleIdentityTaken, Summary: "a new item with the identity of another one"},
		{ID: ruleNoMock, Summary: "a call of the control that is for a mock, at a proxy"},
		{ID: rulePatch, Summary: "a patch that does not apply to the item, or makes something else of it"},
		{ID: rulePreference, Summary: "a Prefer header with a code, an example or a delay that cannot be"},
		{ID: ruleSessionName, Summary: "a session whose name is none, or two of them in one request"},
		{ID: ruleState, Summary: "a state that is not of the form {\"agents\": […]}"},
		{ID: ruleStateFull, Summary: "more items, workspaces or bytes than the server may hold"},
		{ID: ruleUnknownItem, Summary: "an item that does not exist, or not here"},
		{ID: ruleUnknownMethod, Summary: "a method that the path does not have"},
		{ID: ruleUnknownOperation, Summary: "a path that the document does not have"},
		{ID: ruleUnknownParameter, Summary: "a query parameter that a call of the control does not take"},
		{ID: ruleUnknownPlace, Summary: "a page that starts where the list has no such place"},
	}
}
