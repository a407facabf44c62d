// Package hint has the words of x-mock on a schema: how the mock makes a value. The agent document's head says what they mean.
package hint

// The words.
const (
	ObjectID = "objectId" // made at creation: 24 hexadecimal digits
	Now      = "now"      // the time of creation
	Updated  = "updated"  // the time of the last write
	Secret   = "secret"   // never answered in clear: a token stands for it
)

// Words lists them all.
func Words() []string { return []string{ObjectID, Now, Updated, Secret} }
