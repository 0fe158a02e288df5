package form_test

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-38c23bad/slackadmin/internal/form"
)

type upload struct {
	Title string    `json:"title,omitempty"`
	Image form.File `json:"image"`
	Mask  form.File `json:"mask"`
}

// unsized hides all methods of a reader except Read.
type unsized struct{ io.Reader }

// stuck is a file for which one kind of seeking fails.
type stuck struct {
	io.Reader
	whence int
}

func (s stuck) Seek(_ int64, whence int) (int64, error) {
	if whence == s.whence {
		return 0, os.ErrInvalid
	}
	return 0, nil
}

func TestMultipartBody(t *testing.T) {
	t.Parallel()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { read.Close() })
	if _, err := write.WriteString("piped"); err != nil {
		t.Fatal(err)
	}
	write.Close()
	moved := strings.NewReader("0123456789")
	_, _ = moved.Seek(4, io.SeekStart) // cannot fail for a string
	past := strings.NewReader("0123456789")
	_, _ = past.Seek(20, io.SeekStart)
	for _, test := range []struct {
		name              string
		body              upload
		sized, repeatable bool
		want              map[string]string // the content, or the content, a slash and the file name
	}{
		{"no file", upload{Title: "a&b"}, true, true, map[string]string{"title": "a&b"}},
		{"a file", upload{Image: form.File{Name: `a"b.png`, Content: strings.NewReader("image")}}, true, true, map[string]string{"image": `image/a"b.png`}},
		{"two files", upload{Title: "t", Image: form.File{Content: strings.NewReader("i")}, Mask: form.File{Content: strings.NewReader("m")}}, true, true, map[string]string{"title": "t", "image": "i/image", "mask": "m/mask"}},
		{"an empty file", upload{Image: form.File{Content: bytes.NewReader(nil)}}, true, true, map[string]string{"image": "/image"}},
		{"the rest of a file", upload{Image: form.File{Content: moved}}, true, true, map[string]string{"image": "456789/image"}},
		{"a file that was cut off meanwhile", upload{Image: form.File{Content: past}}, true, true, map[string]string{"image": "/image"}},
		{"a file whose end is not known", upload{Image: form.File{Content: stuck{strings.NewReader("image"), io.SeekEnd}}}, false, false, map[string]string{"image": "image/image"}},
		{"a file that cannot go back", upload{Image: form.File{Content: stuck{strings.NewReader("image"), io.SeekStart}}}, false, false, map[string]string{"image": "image/image"}},
		{"a reader", upload{Image: form.File{Content: unsized{strings.NewReader("image")}}}, false, false, map[string]string{"image": "image/image"}},
		{"a pipe, which says that it can seek", upload{Image: form.File{Content: read}}, false, false, map[string]string{"image": "piped/image"}},
		{"a file and a reader", upload{Image: form.File{Content: unsized{strings.NewReader("i")}}, Mask: form.File{Content: strings.NewReader("m")}}, false, false, map[string]string{"image": "i/image", "mask": "m/mask"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			u, err := form.NewMultipartBody(test.body)
			if err != nil {
				t.Fatal(err)
			}
			if u.Repeatable() != test.repeatable || (u.Length >= 0) != test.sized || u.Length < -1 {
				t.Errorf("repeatable %t, length %d", u.Repeatable(), u.Length)
			}
			times := 1
			if test.repeatable {
				times = 2
			}
			for range times {
				body, err := u.Open()
				if err != nil {
					t.Fatal(err)
				}
				data, err := io.ReadAll(body)
				if err != nil || test.sized && int64(len(data)) != u.Length {
					t.Errorf("%d bytes and %v, want %d", len(data), err, u.Length)
				}
				compare(t, data, u.ContentType, test.want)
			}
			if _, err := u.Open(); (err == nil) != test.repeatable || err != nil && err.Error() != "form: a file cannot be rewound" {
				t.Errorf("another attempt: %v", err)
			}
		})
	}
}

func compare(t *testing.T, data []byte, contentType string, want map[string]string) {
	t.Helper()
	_, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for reader := multipart.NewReader(bytes.NewReader(data), params["boundary"]); ; {
		part, err := reader.NextPart()
		if err != nil {
			break
		}
		content, _ := io.ReadAll(part) // the comparison below finds errors
		got[part.FormName()] = string(content)
		if part.FileName() != "" {
			got[part.FormName()] += "/" + part.FileName()
		}
	}
	for name := range want {
		if got[name] != want[name] || len(got) != len(want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// TestOpenEndsTheBodyBefore has an attempt that still reads after the next has begun.
func TestOpenEndsTheBodyBefore(t *testing.T) {
	t.Parallel()
	u, err := form.NewMultipartBody(upload{Image: form.File{Content: strings.NewReader("image")}})
	if err != nil {
		t.Fatal(err)
	}
	first, err := u.Open()
	if err != nil {
		t.Fatal(err)
	}
	second, err := u.Open()
	if err != nil {
		t.Fatal(err)
	}
	if n, err := first.Read(make([]byte, 10)); n != 0 || err == nil {
		t.Errorf("the first body still gives %d bytes, %v", n, err)
	}
	if data, err := io.ReadAll(second); err != nil || int64(len(data)) != u.Length {
		t.Errorf("the second has %d bytes, %v", len(data), err)
	}
}

// TestOpenNeedsTheFileStill closes the file between two attempts.
func TestOpenNeedsTheFileStill(t *testing.T) {
	t.Parallel()
	file, err := os.Create(filepath.Join(t.TempDir(), "image"))
	if err != nil {
		t.Fatal(err)
	}
	u, err := form.NewMultipartBody(upload{Image: form.File{Content: file}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := u.Open(); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := u.Open(); !errors.Is(err, os.ErrClosed) {
		t.Errorf("got %v, want that the file is closed", err)
	}
}

func TestMultipartBodyNeedsAnObject(t *testing.T) {
	t.Parallel()
	if u, err := form.NewMultipartBody("x"); err == nil || u != nil {
		t.Errorf("got %v and %v, want an error", u, err)
	}
}
