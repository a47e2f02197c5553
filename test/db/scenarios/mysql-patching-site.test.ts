import { patched } from '../shop/patched.ts'

patched('mysql')
