package report

// HTMLWithin writes the page with whole bodies as long as its blocks have no more bytes than a bound.
var HTMLWithin = htmlWithin
