package form

import "io"

// A File is a file to upload. A request with a File can be retried only if Content is
// an [io.Seeker].
type File struct {
	Name    string    // sent to Slack; default: the argument's name
	Content io.Reader // read from its current position; nil if there is no file
}

// MarshalJSON returns null, because JSON cannot have files.
func (File) MarshalJSON() ([]byte, error) { return []byte("null"), nil }
