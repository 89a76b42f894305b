"""Makes a certificate of its own and checks its signature; encrypts and decrypts."""

from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

key = ec.generate_private_key(ec.SECP256R1())
name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "farwheel")])
now = datetime.now(UTC)
certificate = (
    x509.CertificateBuilder()
    .subject_name(name)
    .issuer_name(name)
    .public_key(key.public_key())
    .serial_number(x509.random_serial_number())
    .not_valid_before(now)
    .not_valid_after(now + timedelta(days=1))
    .sign(key, hashes.SHA256())
)
certificate.verify_directly_issued_by(certificate)
fernet = Fernet(Fernet.generate_key())
assert fernet.decrypt(fernet.encrypt(b"far")) == b"far"
