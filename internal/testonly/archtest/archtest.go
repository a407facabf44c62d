// Package archtest holds no code, only tests: they pin which package of this
// module may import which other one and which library, and that no library's
// type shows in an exported name.
package archtest
