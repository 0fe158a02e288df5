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

// A MultipartBody is a multipart/form-data body that reads its files while it is sent.
type MultipartBody struct {
	ContentType string
	Length      int64 // in bytes; -1 if the size of a file is unknown

	files   []filePart
	end     []byte // the bytes after the last file
	current *bodyReader
}

// A filePart is a file with the bytes before it.
type filePart struct {
	head  []byte
	file  io.Reader
	start int64 // the position of file at the start; -1 if it cannot be rewound
}

// NewMultipartBody returns body, a struct with json tags, as a multipart form. Fields
// of type File are files; the others are encoded like those of [Values].
func NewMultipartBody(body any) (*MultipartBody, error) {
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
	b := &MultipartBody{ContentType: writer.FormDataContentType()}
	for name, file := range filesOf(body) {
		if _, err := writer.CreateFormFile(name, cmp.Or(file.Name, name)); err != nil {
			return nil, err
		}
		b.add(bytes.Clone(buffer.Bytes()), file.Content)
		buffer.Reset()
	}
	if err := writer.Close(); err != nil {
		return nil, err
	}
	b.end = buffer.Bytes()
	if b.Length >= 0 {
		b.Length += int64(len(b.end))
	}
	return b, nil
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
func (b *MultipartBody) add(head []byte, file io.Reader) {
	start, size := measure(file)
	b.files = append(b.files, filePart{head, file, start})
	if b.Length >= 0 && size >= 0 {
		b.Length += int64(len(head)) + size
	} else {
		b.Length = -1
	}
}

// measure returns the position of file and how many bytes are left, or -1 for both if
// unknown.
func measure(file io.Reader) (start, size int64) {
	seeker, ok := file.(io.Seeker)
	if !ok {
		return -1, -1
	}
	start, err := seeker.Seek(0, io.SeekCurrent)
	if err != nil {
		return -1, -1 // for example a pipe
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
func (b *MultipartBody) Repeatable() bool {
	return !slices.ContainsFunc(b.files, func(p filePart) bool { return p.start < 0 })
}

// Open returns the body from its start. It closes the body that it returned before, so
// that only one reads the files.
func (b *MultipartBody) Open() (io.ReadCloser, error) {
	if b.current != nil {
		_ = b.current.Close() // waits until a read by an earlier attempt ends
		if err := b.rewind(); err != nil {
			return nil, err
		}
	}
	var all []io.Reader
	for _, part := range b.files {
		all = append(all, bytes.NewReader(part.head), part.file)
	}
	b.current = &bodyReader{rest: io.MultiReader(append(all, bytes.NewReader(b.end))...)}
	return b.current, nil
}

func (b *MultipartBody) rewind() error {
	for _, part := range b.files {
		seeker, ok := part.file.(io.Seeker)
		if !ok || part.start < 0 {
			return errors.New("form: a file cannot be rewound")
		}
		if _, err := seeker.Seek(part.start, io.SeekStart); err != nil {
			return err
		}
	}
	return nil
}

// A bodyReader reads a MultipartBody once.
type bodyReader struct {
	mu     sync.Mutex
	rest   io.Reader
	closed bool
}

func (b *bodyReader) Read(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return 0, os.ErrClosed
	}
	return b.rest.Read(p)
}

// Close ends the reading. It does not close the files, which belong to the caller.
func (b *bodyReader) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	return nil
}
