package vfs

import (
	"io/fs"
	"os"
)

// OS is the machine's file system; new files and directories get the usual permissions (0666 and 0777 less umask).
func OS() FS { return osFS{file: 0o666, dir: 0o777} }

// Private is the machine's file system for what only the owner may see: files 0600, directories 0700.
func Private() FS { return osFS{file: 0o600, dir: 0o700} }

type osFS struct{ file, dir fs.FileMode }

func (o osFS) Create(name string) (File, error) {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, o.file)
	if err != nil {
		return nil, err
	}
	return osFile{f}, nil
}

func (o osFS) Open(name string) (File, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	return osFile{f}, nil
}

func (o osFS) Link(old, new string) error   { return os.Link(old, new) }
func (o osFS) Move(old, new string) error   { return move(old, new) }
func (o osFS) Rename(old, new string) error { return os.Rename(old, new) }
func (o osFS) Remove(name string) error     { return os.Remove(name) }
func (o osFS) Mkdir(name string) error      { return os.Mkdir(name, o.dir) }
func (o osFS) SyncDir(name string) error    { return syncDir(name) }

func (o osFS) ReadDir(name string) ([]Entry, error) {
	list, err := os.ReadDir(name)
	if err != nil {
		return nil, err
	}
	out := make([]Entry, 0, len(list))
	for _, d := range list {
		info, err := d.Info()
		if os.IsNotExist(err) {
			continue // gone between the listing and the look
		}
		if err != nil {
			return nil, err
		}
		out = append(out, entryOf(info))
	}
	return out, nil
}

func (o osFS) Stat(name string) (Entry, error) {
	info, err := os.Stat(name)
	if err != nil {
		return Entry{}, err
	}
	return entryOf(info), nil
}

func entryOf(info fs.FileInfo) Entry {
	e := Entry{Name: info.Name(), Dir: info.IsDir()}
	if !e.Dir {
		e.Size = info.Size()
	}
	return e
}

// Lock keeps the file open as long as it holds the lock; the kernel frees it when the process dies. The file itself
// stays: removing it would let two processes lock two files of one name.
func (o osFS) Lock(name, text string) (func() error, string, error) {
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, o.file)
	if err != nil {
		return nil, "", err
	}
	if err := lockFile(f); err != nil {
		holder, _ := os.ReadFile(name)
		_ = f.Close()
		return nil, string(holder), err
	}
	err = f.Truncate(0)
	if err == nil {
		_, err = f.WriteAt([]byte(text), 0)
	}
	if err != nil {
		_ = f.Close()
		return nil, "", err
	}
	unlock := func() error {
		_ = f.Truncate(0) // so that the next losers do not read an old name
		return f.Close()
	}
	return unlock, "", nil
}

type osFile struct{ *os.File }

func (f osFile) Size() (int64, error) {
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}
