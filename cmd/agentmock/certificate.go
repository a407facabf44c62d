package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"
)

// tlsFlags says whether and how serve and proxy encrypt connections.
type tlsFlags struct {
	command        string // for messages
	self           bool
	cert, key, out string
}

func (f *tlsFlags) register(flags *pflag.FlagSet, command string) {
	f.command = command
	flags.BoolVar(&f.self, "tls", false, "serve https, with HTTP/2, by a certificate that is made at each start")
	flags.StringVar(&f.out, "tls-cert-out", "",
		"`file` to write the certificate of --tls to, for clients that are to trust it")
	flags.StringVar(&f.cert, "tls-cert", "", "`file` with a certificate of your own to serve https by, as PEM")
	flags.StringVar(&f.key, "tls-key", "", "`file` with the key of --tls-cert, as PEM")
}

// check rejects combinations that mean nothing.
func (f *tlsFlags) check() error {
	switch own := f.cert != "" || f.key != ""; {
	case own && (f.cert == "" || f.key == ""):
		return usagef("agentmock %s: --tls-cert and --tls-key go together", f.command)
	case own && f.out != "":
		return usagef("agentmock %s: --tls-cert-out is for the certificate of --tls, not for your own", f.command)
	case f.out != "" && !f.self:
		return usagef("agentmock %s: --tls-cert-out needs --tls", f.command)
	}
	return nil
}

// scheme returns the scheme of the server's URLs.
func (f *tlsFlags) scheme() string {
	if f.self || f.cert != "" {
		return "https"
	}
	return "http"
}

// config returns the configuration of TLS for a listener; nil for none.
func (f *tlsFlags) config(listener net.Listener, hosts []string) (*tls.Config, error) {
	switch {
	case f.cert != "":
		own, err := tls.LoadX509KeyPair(f.cert, f.key)
		if err != nil {
			return nil, usagef("agentmock %s: --tls-cert %s, --tls-key %s: %w", f.command, f.cert, f.key, err)
		}
		return &tls.Config{Certificates: []tls.Certificate{own}, MinVersion: tls.VersionTLS12}, nil
	case !f.self:
		return nil, nil
	}
	made, err := newCertificate(certificateNames(listener, hosts))
	if err != nil {
		return nil, err
	}
	if f.out != "" {
		text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: made.Certificate[0]})
		if err := os.WriteFile(f.out, text, 0o644); err != nil {
			return nil, usagef("agentmock %s: --tls-cert-out: %w", f.command, err)
		}
	}
	return &tls.Config{Certificates: []tls.Certificate{made}, MinVersion: tls.VersionTLS12}, nil
}

// describe returns what people need to trust the certificate; "" without TLS.
func (f *tlsFlags) describe(config *tls.Config) string {
	if config == nil {
		return ""
	}
	sum := sha256.Sum256(config.Certificates[0].Certificate[0])
	text := "certificate SHA-256 " + strings.ReplaceAll(fmt.Sprintf("% X", sum), " ", ":")
	switch {
	case f.cert != "":
		return text
	case f.out == "":
		return text + ", made for this run; --tls-cert-out FILE writes it, for clients that are to trust it"
	}
	return text + ", trust " + f.out + ": curl --cacert, NODE_EXTRA_CA_CERTS, agentmock verify --ca-file"
}

// certificateNames returns the names and addresses by which clients call a listener, without doubles.
func certificateNames(listener net.Listener, hosts []string) []string {
	names := []string{"localhost", "*.localhost", "127.0.0.1", "::1"}
	add := func(name string) {
		if name != "" && name != "*" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for _, host := range hosts {
		if name, _, err := net.SplitHostPort(host); err == nil {
			host = name
		}
		add(strings.ToLower(strings.Trim(host, "[]")))
	}
	addr, ok := listener.Addr().(*net.TCPAddr)
	switch {
	case !ok:
	case addr.IP.IsUnspecified():
		if name, err := os.Hostname(); err == nil && isHost(name) {
			add(strings.ToLower(name))
		}
		addresses, _ := net.InterfaceAddrs() // without them, fewer clients trust the certificate
		for _, a := range addresses {
			if of, ok := a.(*net.IPNet); ok {
				add(of.IP.String())
			}
		}
	default:
		add(addr.IP.String())
	}
	return names
}

// certificateLife is how long a certificate is good for: longer than any test, and not longer than systems
// accept.
const certificateLife = 365 * 24 * time.Hour

// newCertificate makes a certificate that vouches for itself. It can vouch for nobody else: to trust it is not
// to trust whoever finds its key.
func newCertificate(names []string) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return tls.Certificate{}, err
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: "agentmock on " + names[0]},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(certificateLife), // clocks of clients differ
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true,
	}
	for _, name := range names {
		if ip := net.ParseIP(name); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, name)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return tls.Certificate{}, usagef("cannot make a certificate for %s: %w", strings.Join(names, ", "), err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}
