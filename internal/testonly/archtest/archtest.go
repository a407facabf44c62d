// Package archtest has only tests. They pin which package of this module may import which other one
// and which library, that no exported name shows a type that its users cannot name, and how long,
// wide and complex Go code may be.
package archtest
