// Package people reads users and sessions from files, row by row, and looks people up.
package people
