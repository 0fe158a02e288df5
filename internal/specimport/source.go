package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// A source has the files of the reference, one a method.
type source struct {
	dir    string // a directory, or "" for the network
	ref    string // the commit on the network
	rawURL string
	apiURL string
	client *http.Client
}

const (
	repository = "slack-ruby/slack-api-ref"
	folder     = "docs.slack.dev/methods/"

	// pinned is the commit whose files were looked at.
	pinned = "ff2d6a0a984da2c9cbfd300b72b6bf8058d2c644"

	maxFile = 4 << 20 // no file of the reference comes near
)

func newSource(ref string) *source {
	return &source{
		ref:    ref,
		rawURL: "https://raw.githubusercontent.com",
		apiURL: "https://api.github.com",
		client: &http.Client{Timeout: time.Minute},
	}
}

// errUnknown is a method that the reference does not have.
var errUnknown = errors.New("the reference has no such method")

// read returns the file of a method.
func (s *source) read(ctx context.Context, name string) ([]byte, error) {
	if !methodName.MatchString(name) {
		return nil, errUnknown
	}
	if s.dir == "" {
		return s.fetch(ctx, fmt.Sprintf("%s/%s/%s/%s%s.json", s.rawURL, repository, s.ref, folder, name))
	}
	for _, folder := range s.folders() {
		data, err := os.ReadFile(filepath.Join(folder, name+".json"))
		if !errors.Is(err, fs.ErrNotExist) {
			return data, err
		}
	}
	return nil, errUnknown
}

// folders returns where in a directory the files may be.
func (s *source) folders() []string {
	return []string{filepath.Join(s.dir, filepath.FromSlash(folder)), s.dir}
}

func (s *source) fetch(ctx context.Context, url string) ([]byte, error) {
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
		return nil, errUnknown
	case resp.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("%s answered %s", url, resp.Status)
	}
	data, err := io.ReadAll(io.LimitReader(resp.Body, maxFile+1))
	if len(data) > maxFile {
		return nil, fmt.Errorf("%s answered more than %d bytes", url, maxFile)
	}
	return data, err
}

// names returns the methods of the reference in order.
func (s *source) names(ctx context.Context) ([]string, error) {
	files, err := s.files(ctx)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, file := range files {
		if name, ok := strings.CutSuffix(file, ".json"); ok && methodName.MatchString(name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

func (s *source) files(ctx context.Context) (files []string, err error) {
	if s.dir == "" {
		return s.fetchNames(ctx)
	}
	for _, folder := range s.folders() {
		entries, err := os.ReadDir(folder)
		if err != nil && (folder == s.dir || !errors.Is(err, fs.ErrNotExist)) {
			return nil, err
		}
		for _, entry := range entries {
			files = append(files, entry.Name())
		}
	}
	return files, nil
}

func (s *source) fetchNames(ctx context.Context) (files []string, err error) {
	data, err := s.fetch(ctx, fmt.Sprintf("%s/repos/%s/git/trees/%s?recursive=1", s.apiURL, repository, s.ref))
	if errors.Is(err, errUnknown) {
		return nil, fmt.Errorf("%s has no commit %s", repository, s.ref)
	}
	if err != nil {
		return nil, err
	}
	var tree struct {
		Tree []struct {
			Path string `json:"path"`
		} `json:"tree"`
	}
	if err := json.Unmarshal(data, &tree); err != nil {
		return nil, fmt.Errorf("the list of files of %s: %w", repository, err)
	}
	for _, file := range tree.Tree {
		if name, ok := strings.CutPrefix(file.Path, folder); ok {
			files = append(files, name)
		}
	}
	return files, nil
}

// nearest returns up to three names that are like one, the nearest first.
func nearest(name string, names []string) []string {
	near := slices.DeleteFunc(slices.Clone(names), func(other string) bool {
		return distance(name, other) > max(3, len(name)/3) && !strings.Contains(strings.ToLower(other), strings.ToLower(name))
	})
	slices.SortStableFunc(near, func(a, b string) int { return cmp.Compare(distance(name, a), distance(name, b)) })
	return near[:min(3, len(near))]
}

// distance is the number of letters to insert, remove or replace between two
// names, capitals aside.
func distance(a, b string) int {
	a, b = strings.ToLower(a), strings.ToLower(b)
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replaced := diagonal
			if a[i] != b[j] {
				replaced++
			}
			diagonal = row[j+1]
			row[j+1] = min(replaced, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
