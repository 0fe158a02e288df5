package api

import "bytes"

// A scanner reads valid JSON. At the end of body its methods do nothing.
type scanner struct {
	body []byte
	pos  int
}

// peek returns the next byte, or 0 at the end.
func (s *scanner) peek() byte {
	if s.pos < len(s.body) {
		return s.body[s.pos]
	}
	return 0
}

func (s *scanner) advance() {
	if s.pos < len(s.body) {
		s.pos++
	}
}

// skipSpace skips white space and returns the byte after it.
func (s *scanner) skipSpace() byte {
	for {
		switch c := s.peek(); c {
		case ' ', '\t', '\r', '\n':
			s.pos++
		default:
			return c
		}
	}
}

// scanKey skips a short string. It returns what is between its quotes, and whether that
// has an escape.
func (s *scanner) scanKey() (key []byte, escaped bool) {
	rest := s.body[s.pos+1:]
	for i, c := range rest {
		if c == '"' {
			s.pos += i + 2
			return rest[:i], false
		}
		if c == '\\' {
			break
		}
	}
	return s.skipString(), true
}

// skipString skips a string and returns what is between its quotes.
func (s *scanner) skipString() []byte {
	start := s.pos + 1
	for end := start; ; end++ {
		n := bytes.IndexByte(s.body[end:], '"')
		if n < 0 {
			s.pos = len(s.body)
			return nil
		}
		end += n
		backslashes := 0
		for end-backslashes > start && s.body[end-backslashes-1] == '\\' {
			backslashes++
		}
		if backslashes%2 == 0 {
			s.pos = end + 1
			return s.body[start:end]
		}
	}
}

// skipValue skips a value.
func (s *scanner) skipValue() {
	for depth := 0; s.pos < len(s.body); {
		switch s.body[s.pos] {
		case '"':
			s.skipString()
		case '{', '[':
			depth++
			s.pos++
		case '}', ']':
			depth--
			s.pos++
		case ',', ':', ' ', '\t', '\r', '\n':
			s.pos++
			continue
		default:
			for s.pos++; s.pos < len(s.body) && !isDelimiter[s.body[s.pos]]; s.pos++ {
			}
		}
		if depth <= 0 {
			return
		}
	}
}

// isDelimiter holds the bytes that end a number, true, false or null.
var isDelimiter = [256]bool{',': true, ']': true, '}': true, ' ': true, '\t': true, '\r': true, '\n': true}
