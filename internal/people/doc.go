// Package people reads from files who is meant, row for row, and who there is.
package people
