package form

import "io"

// A File is a file to upload. A request with one can be sent again only if
// Content is an [io.Seeker].
type File struct {
	Name    string    // for Slack; the argument's name if empty
	Content io.Reader // read from where it stands; nil if there is no file
}

// MarshalJSON writes null, for JSON has no files.
func (File) MarshalJSON() ([]byte, error) { return []byte("null"), nil }
