package people

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/text/encoding/unicode"
)

const (
	maxText      = 64 << 20 // bytes of a list by people
	maxDirectory = 1 << 30  // bytes of a directory by a program
)

const saveAs = "save it as CSV UTF-8"

// foreign are the kinds of files that people confuse with a list, by their first bytes.
var foreign = []struct{ magic, name, cure string }{
	{"PK\x03\x04", "a workbook (xlsx) or another zip file", "open it and " + saveAs},
	{"PK\x05\x06", "an empty zip file", "want a CSV"},
	{"\xd0\xcf\x11\xe0", "an old workbook (xls)", "open it and " + saveAs},
	{"%PDF", "a PDF", "get the list as CSV UTF-8"},
	{"\x1f\x8b", "compressed (gzip)", "gunzip it"},
	{"BZh", "compressed (bzip2)", "unpack it"},
	{"\xfd7zXZ", "compressed (xz)", "unpack it"},
	{"\x28\xb5\x2f\xfd", "compressed (zstd)", "unpack it"},
	{"7z\xbc\xaf", "a 7z archive", "unpack it"},
	{"\x89PNG", "a picture", "get the list as CSV UTF-8"},
	{"{\\rtf", "a document (rtf)", "save it as plain text, UTF-8"},
}

// refuseForeign returns an error if a file is not text, by its first bytes.
func refuseForeign(start []byte) error {
	for _, kind := range foreign {
		if bytes.HasPrefix(start, []byte(kind.magic)) && (kind.magic != "BZh" || bytes.ContainsAny(start[:min(16, len(start))], "\x00\x26\x53\xff")) {
			return fmt.Errorf("it is %s, not text; %s", kind.name, kind.cure)
		}
	}
	return nil
}

var errBinary = errors.New("it is not text: it has bytes that a text does not have; " + saveAs)

// looksBinary reports whether too many of the first bytes are control characters.
func looksBinary(start []byte) bool {
	control := 0
	for _, c := range start {
		if c < ' ' && strings.IndexByte("\t\n\v\f\r\x1b", c) < 0 {
			control++
		}
	}
	return control > 4 && control*10 > len(start)
}

// ReadText returns a text file of up to 64 MiB in UTF-8, without a byte order mark and with
// line feeds as the only line ends. It decodes UTF-16. Other bytes that are not UTF-8 stay,
// because they may be in a column that does not matter.
func ReadText(r io.Reader) (string, error) { return readText(r, maxText) }

// readText is ReadText with a maximum size.
func readText(r io.Reader, most int64) (string, error) {
	if size, ok := sizeOf(r); ok && size > most {
		return "", tooLarge(most)
	}
	var all [][]byte // in pieces, because growing one slice copies it
	var size int64
	var wide *unicode.Endianness
	for length := 1 << 12; ; length = min(length*2, 1<<20) {
		piece := make([]byte, length)
		n, err := io.ReadFull(r, piece)
		piece = piece[:n]
		if len(all) == 0 {
			if err := refuseForeign(piece); err != nil {
				return "", err
			}
			if wide = utf16Of(piece); wide == nil && looksBinary(piece[:min(4096, n)]) {
				return "", errBinary
			}
		}
		if wide == nil && bytes.IndexByte(piece, 0) >= 0 {
			return "", errBinary
		}
		if size += int64(n); size > most {
			return "", tooLarge(most)
		}
		all = append(all, piece)
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return decode(all, wide)
		case err != nil:
			return "", err
		}
	}
}

// sizeOf returns the size of a file, if it is known without reading.
func sizeOf(r io.Reader) (int64, bool) {
	switch r := r.(type) {
	case interface{ Stat() (os.FileInfo, error) }:
		if info, err := r.Stat(); err == nil && info.Mode().IsRegular() {
			return info.Size(), true
		}
	case interface{ Len() int }:
		return int64(r.Len()), true
	}
	return 0, false
}

func tooLarge(most int64) error {
	return fmt.Errorf("it is larger than %d MiB, too large for a list of people; %s with only the needed columns", most>>20, saveAs)
}

// utf16Of returns the byte order if a file is UTF-16: it begins with a byte order mark, or
// with two ASCII characters.
func utf16Of(start []byte) *unicode.Endianness {
	little, big := unicode.LittleEndian, unicode.BigEndian
	switch {
	case bytes.HasPrefix(start, []byte("\xff\xfe")):
		return &little
	case bytes.HasPrefix(start, []byte("\xfe\xff")):
		return &big
	case len(start) < 4 || len(start)%2 != 0:
	case start[0] != 0 && start[1] == 0 && start[2] != 0 && start[3] == 0:
		return &little
	case start[0] == 0 && start[1] != 0 && start[2] == 0 && start[3] != 0:
		return &big
	}
	return nil
}

// lineEnds replaces every line end by a line feed.
var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u0085", "\n")

func decode(all [][]byte, wide *unicode.Endianness) (string, error) {
	text := bytes.Join(all, nil)
	if wide != nil {
		var err error
		text, err = unicode.UTF16(*wide, unicode.UseBOM).NewDecoder().Bytes(text)
		switch {
		case err != nil:
			return "", err
		case bytes.IndexByte(text, 0) >= 0 || looksBinary(text[:min(4096, len(text))]):
			return "", errBinary
		}
	}
	return lineEnds.Replace(string(bytes.TrimPrefix(text, []byte("\ufeff")))), nil
}
