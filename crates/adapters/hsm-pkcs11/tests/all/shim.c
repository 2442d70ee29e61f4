/* A PKCS#11 library in front of SoftHSM, for tests. It adds what SoftHSM lacks (ECDH with the
 * X9.63 SHA-256 KDF, OAEP with SHA-256), takes another maker's name, and fails when it is told to.
 *
 * The folder in RINGFENCE_TEST_FOLDER tells it what to be: file "mode" (able | renamed | silent | plain | strict),
 * file "fault" (place of a function in CK_FUNCTION_LIST, value to return, how often; value 0:
 * end the process; value 1: tell pipe "entered" and go on once pipe "gate" is opened). Calls of C_Login are counted in file "logins".
 * In modes "plain" and "strict" every call is counted while there is a file "calls": its function's place is one byte at the end. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef unsigned long ulong_;
typedef unsigned char byte;
typedef ulong_ rv;
typedef struct { ulong_ kind; void *parameter; ulong_ length; } mechanism;
typedef struct { ulong_ kind; void *value; ulong_ length; } attribute;
typedef struct { ulong_ hash, mgf, source; void *label; ulong_ length; } oaep_parameters;
typedef struct { ulong_ kdf, shared_length; byte *shared; ulong_ length; byte *point; } ecdh_parameters;
typedef struct { byte major, minor; void *call[68]; } functions;

enum { INITIALIZE = 0, TOKEN_INFO = 6, OPEN_SESSION = 12, LOGIN = 18, CREATE = 20, DESTROY = 22,
  GET_ATTRIBUTES = 24, DECRYPT_INIT = 33, DECRYPT = 34, DIGEST_INIT = 37, DIGEST = 38,
  SIGN_INIT = 42, GENERATE = 58, DERIVE = 62 };
enum { RSA_BYTES = 384, HASH = 32, BLOCK = RSA_BYTES - HASH - 1 };

#define REAL(place, ...) ((rv (*)(__VA_ARGS__))real->call[place])
#define BAD_CIPHERTEXT 0x40

static functions *real;
static functions ours;
static int strict; /* refuses to keep derived values openly */
static ulong_ decrypting_oaep = (ulong_)-1;

static FILE *in_folder(const char *name, const char *how) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s", getenv("RINGFENCE_TEST_FOLDER"), name);
  return fopen(path, how);
}

/* The value to return instead of calling function `place`, or -1. */
static long fault(long place) {
  long at, value, times;
  FILE *file = in_folder("fault", "r");
  if (!file) return -1;
  int read = fscanf(file, "%ld %ld %ld", &at, &value, &times);
  fclose(file);
  if (read != 3 || at != place || times <= 0) return -1;
  if (value == 0) abort();
  file = in_folder("fault", "w");
  fprintf(file, "%ld %ld %ld", at, value, times - 1);
  fclose(file);
  if (value != 1) return value;
  fclose(in_folder("entered", "w"));
  fclose(in_folder("gate", "r"));
  return -1;
}

#define FAIL_IF_TOLD(place) { long told = fault(place); if (told >= 0) return (rv)told; }

static rv initialize(void *arguments) {
  FAIL_IF_TOLD(INITIALIZE)
  return REAL(INITIALIZE, void *)(arguments);
}

static rv open_session(ulong_ slot, ulong_ flags, void *app, void *notify, ulong_ *session) {
  FAIL_IF_TOLD(OPEN_SESSION)
  return REAL(OPEN_SESSION, ulong_, ulong_, void *, void *, ulong_ *)(slot, flags, app, notify, session);
}

static rv login(ulong_ session, ulong_ user, byte *pin, ulong_ length) {
  FILE *file = in_folder("logins", "a");
  fputc('x', file);
  fclose(file);
  FAIL_IF_TOLD(LOGIN)
  return REAL(LOGIN, ulong_, ulong_, byte *, ulong_)(session, user, pin, length);
}

static rv sign_init(ulong_ session, mechanism *how, ulong_ key) {
  FAIL_IF_TOLD(SIGN_INIT)
  return REAL(SIGN_INIT, ulong_, mechanism *, ulong_)(session, how, key);
}

static rv generate(ulong_ session, mechanism *how, attribute *with, ulong_ count, ulong_ *key) {
  FAIL_IF_TOLD(GENERATE)
  return REAL(GENERATE, ulong_, mechanism *, attribute *, ulong_, ulong_ *)(session, how, with, count, key);
}

/* Wrong PINs are not told of: flags stand after four texts of 96 bytes in all. */
static rv silent_info(ulong_ slot, byte *info) {
  rv done = REAL(TOKEN_INFO, ulong_, byte *)(slot, info);
  ulong_ flags;
  memcpy(&flags, info + 96, sizeof flags);
  flags &= ~0x70000ul;
  memcpy(info + 96, &flags, sizeof flags);
  return done;
}

static rv token_info(ulong_ slot, byte *info) {
  rv done = REAL(TOKEN_INFO, ulong_, byte *)(slot, info);
  memcpy(info + 32, "Example Devices                 Model 1         ", 48);
  return done;
}

static rv sha256(ulong_ session, byte *data, ulong_ length, byte *out) {
  mechanism how = { 0x250, NULL, 0 };
  ulong_ size = HASH;
  rv done = REAL(DIGEST_INIT, ulong_, mechanism *)(session, &how);
  return done ? done : REAL(DIGEST, ulong_, byte *, ulong_, byte *, ulong_ *)(session, data, length, out, &size);
}

/* SHA-256(Z, counter 1): the one block of X9.63 that 32 bytes need. */
static rv derive(ulong_ session, mechanism *how, ulong_ base, attribute *with, ulong_ count, ulong_ *key) {
  FAIL_IF_TOLD(DERIVE)
  for (ulong_ at = 0; strict && at < count; at++)
    if (with[at].kind == 2 && !*(byte *)with[at].value) return 0xd1;
  ecdh_parameters *told = how->parameter, plain = *told;
  mechanism plainly = { how->kind, &plain, sizeof plain };
  if (told->kdf == 6) { plain.kdf = 1; plain.shared = NULL; }
  rv done = REAL(DERIVE, ulong_, mechanism *, ulong_, attribute *, ulong_, ulong_ *)(session, &plainly, base, with, count, key);
  if (done || told->kdf != 6) return done;
  byte block[HASH + 4] = { [HASH + 3] = 1 }, hashed[HASH];
  attribute value = { 0x11, block, HASH };
  done = REAL(GET_ATTRIBUTES, ulong_, ulong_, attribute *, ulong_)(session, *key, &value, 1);
  if (!done) done = REAL(DESTROY, ulong_, ulong_)(session, *key);
  if (!done) done = sha256(session, block, sizeof block, hashed);
  if (done) return done;
  ulong_ secret_key = 4, generic = 0x10;
  byte yes = 1, no = 0;
  attribute object[] = { { 0, &secret_key, sizeof secret_key }, { 0x100, &generic, sizeof generic },
    { 0x11, hashed, HASH }, { 1, &no, 1 }, { 0x103, &no, 1 }, { 0x162, &yes, 1 } };
  return REAL(CREATE, ulong_, attribute *, ulong_, ulong_ *)(session, object, 6, key);
}

static rv decrypt_init(ulong_ session, mechanism *how, ulong_ key) {
  oaep_parameters *told = how->parameter;
  mechanism raw = { 3, NULL, 0 };
  int oaep = how->kind == 9 && told->hash == 0x250 && told->mgf == 2;
  decrypting_oaep = oaep ? session : (ulong_)-1;
  return REAL(DECRYPT_INIT, ulong_, mechanism *, ulong_)(session, oaep ? &raw : how, key);
}

/* Adds MGF1-SHA-256 of the seed to the mask. */
static rv unmask(ulong_ session, byte *seed, ulong_ seed_length, byte *masked, ulong_ length) {
  byte block[RSA_BYTES + 4], out[HASH];
  memcpy(block, seed, seed_length);
  for (ulong_ at = 0; at < length; at++) {
    if (at % HASH == 0) {
      byte counter[4] = { 0, 0, 0, (byte)(at / HASH) };
      memcpy(block + seed_length, counter, 4);
      rv done = sha256(session, block, seed_length + 4, out);
      if (done) return done;
    }
    masked[at] ^= out[at % HASH];
  }
  return 0;
}

/* RFC 8017, section 7.1.2, step 3. Not in constant time: this is a test. */
static rv decrypt(ulong_ session, byte *ct, ulong_ ct_length, byte *out, ulong_ *out_length) {
  FAIL_IF_TOLD(DECRYPT)
  if (decrypting_oaep != session)
    return REAL(DECRYPT, ulong_, byte *, ulong_, byte *, ulong_ *)(session, ct, ct_length, out, out_length);
  if (!out) { *out_length = RSA_BYTES; return 0; }
  byte em[RSA_BYTES], empty[HASH];
  ulong_ size = sizeof em;
  rv done = REAL(DECRYPT, ulong_, byte *, ulong_, byte *, ulong_ *)(session, ct, ct_length, em, &size);
  decrypting_oaep = (ulong_)-1;
  byte *seed = em + 1, *db = em + 1 + HASH;
  if (done || size != RSA_BYTES || em[0]) return BAD_CIPHERTEXT;
  if (unmask(session, db, BLOCK, seed, HASH) || unmask(session, seed, HASH, db, BLOCK)) return 5;
  if (sha256(session, em, 0, empty) || memcmp(db, empty, HASH)) return BAD_CIPHERTEXT;
  ulong_ at = HASH;
  while (at < BLOCK && db[at] == 0) at++;
  if (at == BLOCK || db[at] != 1) return BAD_CIPHERTEXT;
  *out_length = BLOCK - at - 1;
  memcpy(out, db + at + 1, *out_length);
  return 0;
}

/* Every function takes words only, and no more than eight. */
typedef rv (*any)(ulong_, ulong_, ulong_, ulong_, ulong_, ulong_, ulong_, ulong_);
static functions uncounted;

static void count(byte place) {
  FILE *file = in_folder("calls", "r+");
  if (!file) return;
  fseek(file, 0, SEEK_END);
  fputc(place, file);
  fclose(file);
}

#define COUNTED(n) static rv counted_##n(ulong_ a, ulong_ b, ulong_ c, ulong_ d, ulong_ e, ulong_ f, ulong_ g, ulong_ h) \
  { count(n); return ((any)uncounted.call[n])(a, b, c, d, e, f, g, h); }
#define EACH(X) X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12) X(13) X(14) X(15) X(16) \
  X(17) X(18) X(19) X(20) X(21) X(22) X(23) X(24) X(25) X(26) X(27) X(28) X(29) X(30) X(31) X(32) X(33) X(34) \
  X(35) X(36) X(37) X(38) X(39) X(40) X(41) X(42) X(43) X(44) X(45) X(46) X(47) X(48) X(49) X(50) X(51) X(52) \
  X(53) X(54) X(55) X(56) X(57) X(58) X(59) X(60) X(61) X(62) X(63) X(64) X(65) X(66) X(67)
EACH(COUNTED)

rv C_GetFunctionList(functions **list) {
  char mode[16] = "";
  void *library = dlopen(SOFTHSM, RTLD_NOW);
  rv (*get)(functions **) = library ? (rv (*)(functions **))dlsym(library, "C_GetFunctionList") : NULL;
  if (!get || get(&real)) return 5;
  FILE *file = in_folder("mode", "r");
  if (file) { if (fscanf(file, "%15s", mode) != 1) mode[0] = 0; fclose(file); }
  ours = *real;
  ours.call[INITIALIZE] = initialize;
  ours.call[OPEN_SESSION] = open_session;
  ours.call[LOGIN] = login;
  ours.call[SIGN_INIT] = sign_init;
  ours.call[GENERATE] = generate;
  ours.call[DERIVE] = derive;
  if (!strcmp(mode, "able")) { ours.call[DECRYPT_INIT] = decrypt_init; ours.call[DECRYPT] = decrypt; }
  if (!strcmp(mode, "silent")) ours.call[TOKEN_INFO] = silent_info;
  if (!strcmp(mode, "renamed")) ours.call[TOKEN_INFO] = token_info;
  strict = !strcmp(mode, "strict");
  if (strict || !strcmp(mode, "plain")) {
    uncounted = ours;
#define TAKE(n) ours.call[n] = counted_##n;
    EACH(TAKE)
  }
  *list = &ours;
  return 0;
}
