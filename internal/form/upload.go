package form

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"maps"
	"mime/multipart"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
)

// An Upload is a multipart/form-data body that reads its files as it is sent.
type Upload struct {
	ContentType string
	Length      int64 // in bytes; -1 if a file does not tell its size

	files []section // each with the bytes before it
	end   []byte    // after the last file
	last  *uploadBody
}

// A section is a file with what precedes it.
type section struct {
	head  []byte
	file  io.Reader
	start int64 // where file stood; -1 if it cannot be rewound
}

// NewUpload returns body, a struct with json tags, as a multipart form. Its
// fields of type File are files; the others are values as in [Values].
func NewUpload(body any) (*Upload, error) {
	values, err := Values(body)
	if err != nil {
		return nil, err
	}
	var buffer bytes.Buffer
	writer := multipart.NewWriter(&buffer)
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if err := writer.WriteField(name, values.Get(name)); err != nil {
			return nil, err
		}
	}
	u := &Upload{ContentType: writer.FormDataContentType()}
	for name, file := range filesOf(body) {
		if _, err := writer.CreateFormFile(name, cmp.Or(file.Name, name)); err != nil {
			return nil, err
		}
		u.add(bytes.Clone(buffer.Bytes()), file.Content)
		buffer.Reset()
	}
	if err := writer.Close(); err != nil {
		return nil, err
	}
	u.end = buffer.Bytes()
	if u.Length >= 0 {
		u.Length += int64(len(u.end))
	}
	return u, nil
}

// filesOf yields the files of a struct that have content, by their JSON names.
func filesOf(body any) func(yield func(string, File) bool) {
	return func(yield func(string, File) bool) {
		value := reflect.Indirect(reflect.ValueOf(body))
		if value.Kind() != reflect.Struct {
			return
		}
		for i := range value.NumField() {
			file, ok := reflect.TypeAssert[File](value.Field(i))
			name, _, _ := strings.Cut(value.Type().Field(i).Tag.Get("json"), ",")
			if ok && file.Content != nil && !yield(name, file) {
				return
			}
		}
	}
}

// add adds a file after head.
func (u *Upload) add(head []byte, file io.Reader) {
	start, size := measure(file)
	u.files = append(u.files, section{head, file, start})
	if u.Length >= 0 && size >= 0 {
		u.Length += int64(len(head)) + size
	} else {
		u.Length = -1
	}
}

// measure returns where file stands and how many bytes are left of it, -1 each if
// it does not say.
func measure(file io.Reader) (start, size int64) {
	seeker, ok := file.(io.Seeker)
	if !ok {
		return -1, -1
	}
	start, err := seeker.Seek(0, io.SeekCurrent)
	if err != nil {
		return -1, -1 // as a pipe
	}
	end, err := seeker.Seek(0, io.SeekEnd)
	if err != nil {
		return -1, -1
	}
	if _, err := seeker.Seek(start, io.SeekStart); err != nil {
		return -1, -1
	}
	return start, max(0, end-start)
}

// Repeatable reports whether the files can be read again.
func (u *Upload) Repeatable() bool {
	return !slices.ContainsFunc(u.files, func(s section) bool { return s.start < 0 })
}

// Open returns the body from its start. It ends the one that it returned before,
// so that no two read the files.
func (u *Upload) Open() (io.ReadCloser, error) {
	if u.last != nil {
		_ = u.last.Close() // waits for a read that an earlier attempt has begun
		if err := u.rewind(); err != nil {
			return nil, err
		}
	}
	var all []io.Reader
	for _, section := range u.files {
		all = append(all, bytes.NewReader(section.head), section.file)
	}
	u.last = &uploadBody{rest: io.MultiReader(append(all, bytes.NewReader(u.end))...)}
	return u.last, nil
}

func (u *Upload) rewind() error {
	for _, section := range u.files {
		seeker, ok := section.file.(io.Seeker)
		if !ok || section.start < 0 {
			return errors.New("form: a file cannot be read again")
		}
		if _, err := seeker.Seek(section.start, io.SeekStart); err != nil {
			return err
		}
	}
	return nil
}

// uploadBody is one reading of an Upload.
type uploadBody struct {
	mu     sync.Mutex
	rest   io.Reader
	closed bool
}

func (b *uploadBody) Read(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return 0, os.ErrClosed
	}
	return b.rest.Read(p)
}

// Close ends the reading. The files stay open: they are the caller's.
func (b *uploadBody) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	return nil
}
