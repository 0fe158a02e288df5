package main

import (
	"archive/tar"
	"cmp"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/seed-38c23bad/slackadmin/internal/speccheck"
)

// A source has the files of the reference, one per method.
type source struct {
	dir     string // a local directory, or "" to download
	ref     string // the commit to download
	baseURL string // of GitHub's archives
	client  *http.Client
	files   map[string][]byte // by method, once loaded
}

const (
	repository = "slack-ruby/slack-api-ref"
	folder     = "docs.slack.dev/methods/"

	// pinned is the commit that a person has reviewed.
	pinned = "ff2d6a0a984da2c9cbfd300b72b6bf8058d2c644"

	maxFile    = 4 << 20   // bytes, far more than any file has
	maxArchive = 256 << 20 // bytes, far more than all files have
)

func newSource(ref string) *source {
	return &source{ref: ref, baseURL: "https://codeload.github.com", client: &http.Client{Timeout: time.Minute}}
}

// errUnknown means that the reference lacks a method.
var errUnknown = errors.New("the reference has no such method")

// read returns the file of a method.
func (s *source) read(ctx context.Context, name string) ([]byte, error) {
	if err := s.load(ctx); err != nil {
		return nil, err
	}
	if data, ok := s.files[name]; ok {
		return data, nil
	}
	return nil, errUnknown
}

// names returns the sorted methods of the reference.
func (s *source) names(ctx context.Context) ([]string, error) {
	err := s.load(ctx)
	return slices.Sorted(maps.Keys(s.files)), err
}

// load reads all files, because a method's shared objects and codes depend on those of
// other methods.
func (s *source) load(ctx context.Context) (err error) {
	switch {
	case s.files != nil:
	case s.dir != "":
		s.files, err = readFolder(s.dir)
	default:
		if s.files, err = s.download(ctx); err != nil {
			err = fmt.Errorf("%w; without network, use a clone of %s: --from DIR, or FROM=DIR for make", err, repository)
		}
	}
	return err
}

// add adds a file if it is a method's.
func add(files map[string][]byte, file string, data []byte) {
	if name, ok := strings.CutSuffix(file, ".json"); ok && methodNamePattern.MatchString(name) {
		files[name] = data
	}
}

// readFolder reads a clone of the reference, or its folder of methods.
func readFolder(dir string) (map[string][]byte, error) {
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return nil, fmt.Errorf("%s is not a directory; it must be a clone of %s, or its folder %s", dir, repository, folder)
	}
	files := map[string][]byte{}
	for _, path := range []string{dir, filepath.Join(dir, filepath.FromSlash(folder))} {
		entries, err := os.ReadDir(path)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		for _, entry := range entries {
			if entry.IsDir() || filepath.Ext(entry.Name()) != ".json" {
				continue
			}
			data, err := os.ReadFile(filepath.Join(path, entry.Name()))
			if err != nil {
				return nil, err
			}
			add(files, entry.Name(), data)
		}
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("%s has no file of a method, such as users.info.json; it must be a clone of %s, or its folder %s", dir, repository, folder)
	}
	return files, nil
}

// download reads the archive of a commit.
func (s *source) download(ctx context.Context) (map[string][]byte, error) {
	url := fmt.Sprintf("%s/%s/tar.gz/%s", s.baseURL, repository, s.ref)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	resp, err := s.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	switch {
	case resp.StatusCode == http.StatusNotFound:
		return nil, fmt.Errorf("%s has no commit %s", repository, s.ref)
	case resp.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("%s returned %s", url, resp.Status)
	}
	files, err := readArchive(resp.Body)
	if err == nil && len(files) == 0 {
		err = fmt.Errorf("it has no file of a method in %s", folder)
	}
	if err != nil {
		return nil, fmt.Errorf("the archive %s: %w", url, err)
	}
	return files, nil
}

func readArchive(r io.Reader) (map[string][]byte, error) {
	unzipped, err := gzip.NewReader(r)
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for archive := tar.NewReader(io.LimitReader(unzipped, maxArchive)); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return files, nil
		}
		if err != nil {
			return nil, err
		}
		_, path, _ := strings.Cut(header.Name, "/") // the archive's root folder
		file, isMethod := strings.CutPrefix(path, folder)
		switch {
		case !isMethod || header.Typeflag != tar.TypeReg:
			continue
		case header.Size > maxFile:
			return nil, fmt.Errorf("%s has more than %d bytes", path, maxFile)
		}
		data, err := io.ReadAll(archive)
		if err != nil {
			return nil, err
		}
		add(files, file, data)
	}
}

// nearest returns up to three similar names, the nearest first, ignoring case.
func nearest(name string, names []string) []string {
	lower := strings.ToLower(name)
	distance := func(other string) int { return speccheck.EditDistance(lower, strings.ToLower(other)) }
	near := slices.DeleteFunc(slices.Clone(names), func(other string) bool {
		return distance(other) > max(3, len(name)/3) && !strings.Contains(strings.ToLower(other), lower)
	})
	slices.SortStableFunc(near, func(a, b string) int { return cmp.Compare(distance(a), distance(b)) })
	return near[:min(3, len(near))]
}
