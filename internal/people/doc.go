// Package people reads from files who is meant.
package people
